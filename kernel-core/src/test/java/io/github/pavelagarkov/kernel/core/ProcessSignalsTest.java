package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a process ends, seen from outside: order of output and exit code, never times. */
final class ProcessSignalsTest {
    /** Until a JVM is up, on a machine that has other things to do. */
    private static final Duration UP = Duration.ofSeconds(60);

    private static final Duration END = Duration.ofSeconds(20);

    private static JavaProcess.Builder host(String... behaviour) {
        return JavaProcess.of(HostMain.class).args(behaviour);
    }

    private static JavaProcess ready(JavaProcess.Builder host) {
        JavaProcess process = host.start();
        process.awaitLine("^" + HostMain.READY + "$", UP);
        return process;
    }

    private static List<String> said(JavaProcess process) {
        return process.lines().stream()
                .map(OutputLine::text)
                .filter(line -> line.startsWith("hook "))
                .toList();
    }

    private static String all(JavaProcess process) {
        return process.lines().stream().map(OutputLine::text).reduce("", (a, b) -> a + "\n" + b);
    }

    @Test
    void sd2_sigtermRunsTheHooksInOrderAndReports() {
        try (JavaProcess process = ready(host("waits"))) {
            process.signal("TERM");

            assertThat(process.awaitExit(END)).isEqualTo(143);
            assertThat(said(process)).containsExactly("hook first (SIGTERM)", "hook last (SIGTERM)");
            assertThat(all(process)).containsPattern("shutdown \\(SIGTERM\\) took .* of 25.*: 3 hooks OK");
        }
    }

    @Test
    void sd9_sigintEndsWithItsOwnExitCode() {
        try (JavaProcess process = ready(host("waits"))) {
            process.signal("INT");

            assertThat(process.awaitExit(END)).isEqualTo(130);
            assertThat(said(process)).containsExactly("hook first (SIGINT)", "hook last (SIGINT)");
        }
    }

    @Test
    void sd9_secondSignalAfterASecondHalts() {
        JavaProcess.Builder patient = host("hook-hangs")
                .systemProperty("kernel.shutdown.budget", "5m")
                .systemProperty("kernel.shutdown.hook-timeout", "4m");
        try (JavaProcess process = ready(patient)) {
            process.signal("TERM");
            process.awaitLine("still hanging", END);
            process.signal("TERM");

            assertThat(process.awaitExit(END)).isEqualTo(143);
            assertThat(said(process)).containsExactly("hook first (SIGTERM)");
        }
    }

    @Test
    void sd9_secondSignalAtOnceIsTheSameWish() throws Exception {
        try (JavaProcess process = ready(host("waits"))) {
            // Two kinds, so that the system cannot merge them; one shell, so that there is no time in between.
            new ProcessBuilder("sh", "-c", "kill -s TERM " + process.pid() + "; kill -s INT " + process.pid())
                    .start()
                    .waitFor();

            assertThat(process.awaitExit(END)).isIn(143, 130);
            assertThat(said(process)).hasSize(2);
            assertThat(all(process)).contains("3 hooks OK");
        }
    }

    @Test
    void sd9_secondSignalCanBeIgnored(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("go-on");
        JavaProcess.Builder stoic =
                host("hook-waits-for-file", file.toString()).systemProperty("kernel.shutdown.second-signal", "ignore");
        try (JavaProcess process = ready(stoic)) {
            process.signal("TERM");
            process.awaitLine("waits for its file", END);
            process.signal("TERM");
            process.signal("INT");
            Files.createFile(file);

            assertThat(process.awaitExit(END)).isEqualTo(143);
            assertThat(said(process)).containsExactly("hook first (SIGTERM)", "hook last (SIGTERM)");
        }
    }

    @Test
    void sd3_hangingHookIsLeftBehindWithItsStack() {
        JavaProcess.Builder brief = host("hook-hangs").systemProperty("kernel.shutdown.hook-timeout", "500ms");
        try (JavaProcess process = ready(brief)) {
            process.signal("TERM");

            assertThat(process.awaitExit(END)).isEqualTo(143);
            assertThat(said(process)).containsExactly("hook first (SIGTERM)", "hook last (SIGTERM)");
            assertThat(all(process))
                    .contains("ignores its interrupt")
                    .contains("hook hangs (100) ABANDONED")
                    .contains("HostMain.hang")
                    .contains("1 ABANDONED [hangs]");
        }
    }

    @Test
    void sd4_theBudgetEndsTheProcessWhateverAHookAllowsItself() {
        JavaProcess.Builder tight = host("hook-hangs")
                .systemProperty("kernel.shutdown.budget", "2s")
                .systemProperty("kernel.shutdown.hook-timeout", "4m");
        try (JavaProcess process = ready(tight)) {
            process.signal("TERM");

            assertThat(process.awaitExit(END)).isEqualTo(143);
            assertThat(said(process)).containsExactly("hook first (SIGTERM)", "hook last (SIGTERM)");
        }
    }

    @Test
    void sd3_throwingHookIsReportedAndTheNextGoesOn() {
        try (JavaProcess process = ready(host("hook-throws"))) {
            process.signal("TERM");

            assertThat(process.awaitExit(END)).isEqualTo(143);
            assertThat(said(process)).containsExactly("hook first (SIGTERM)", "hook last (SIGTERM)");
            assertThat(all(process)).contains("a broken hook").contains("1 FAILED [throws]");
        }
    }

    @Test
    void sd8_exitInsideAHookIsNoDeadlock() {
        JavaProcess.Builder exits = host("hook-exits").systemProperty("kernel.shutdown.hook-timeout", "500ms");
        try (JavaProcess process = ready(exits)) {
            process.signal("TERM");

            assertThat(process.awaitExit(END)).isEqualTo(143);
            assertThat(said(process)).containsExactly("hook first (SIGTERM)", "hook last (SIGTERM)");
        }
    }

    @Test
    void sd11_exitInTheApplicationKeepsItsCode() {
        try (JavaProcess process = host("body-exits").start()) {
            assertThat(process.awaitExit(UP)).isEqualTo(7);
            assertThat(said(process)).containsExactly("hook first (JVM exit)", "hook last (JVM exit)");
            assertThat(all(process)).contains("3 hooks OK");
        }
    }

    @Test
    void lg1_aFatalEntryStopsInOrderAndExitsWithOne() {
        try (JavaProcess process = host("body-fails").start()) {
            assertThat(process.awaitExit(UP)).isEqualTo(1);
            assertThat(said(process))
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).contains("(fatal: "));
            assertThat(all(process)).contains("3 hooks OK");
        }
    }

    @Test
    void sd11_exceptionOutOfTheBodyIsExitCodeOne() {
        try (JavaProcess process = host("body-throws").start()) {
            assertThat(process.awaitExit(UP)).isEqualTo(1);
            assertThat(said(process)).hasSize(2).first().asString().startsWith("hook first (main failed: ");
            assertThat(all(process))
                    .contains("Exception in thread \"main\" java.lang.IllegalStateException: the body is broken");
        }
    }

    @Test
    void stopFromTheApplicationIsExitCodeZero() {
        try (JavaProcess process = host("body-stops").start()) {
            assertThat(process.awaitExit(UP)).isZero();
            assertThat(said(process)).containsExactly("hook first (done)", "hook last (done)");
            assertThat(all(process)).contains("3 hooks OK").contains("report done");
        }
    }

    @Test
    void lg2_stopThroughTheRegistryEndsTheRunAndIsLogged() {
        try (JavaProcess process = host("registry-stops").start()) {
            assertThat(process.awaitExit(UP)).isZero();
            assertThat(all(process)).contains("3 hooks OK").contains("report by hand");
        }
    }

    @Test
    void ev2_failingStartRunsTheHooksAndIsExitCodeOne() {
        try (JavaProcess process = host("component-throws").start()) {
            assertThat(process.awaitExit(UP)).isEqualTo(1);
            assertThat(said(process))
                    .extracting(line -> line.replaceAll(" \\(.*", ""))
                    .containsExactly("hook first", "hook database", "hook last");
            assertThat(all(process))
                    .contains("Exception in thread \"main\" java.lang.IllegalStateException: the component is broken")
                    .doesNotContain("never started");
        }
    }

    @Test
    void sigtermDuringAHangingStartStillRunsTheHooks() {
        try (JavaProcess process = ready(host("component-waits"))) {
            process.signal("TERM");

            assertThat(process.awaitExit(END)).isEqualTo(143);
            assertThat(said(process)).containsExactly("hook first (SIGTERM)", "hook last (SIGTERM)");
            assertThat(all(process)).doesNotContain("body").doesNotContain("started on");
        }
    }

    @Test
    void sd9_xrsIsWarnedOf() {
        try (JavaProcess process = ready(host("waits").jvmArgs("-Xrs"))) {
            OutputLine warning = process.awaitLine("-Xrs", END);

            assertThat(warning.text()).contains("WARN").contains("remove -Xrs");
        }
    }

    @Test
    void noThreadOfOursKeepsTheProcess() {
        try (JavaProcess process = host("starts-and-main-ends")
                .systemProperty("kernel.probes.port", "0")
                .start()) {
            assertThat(process.awaitExit(UP)).isZero();
            assertThat(all(process)).contains("main ends");
        }
    }

    @Test
    void sd9_ignoredSigintStaysIgnored() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder nohup = new ProcessBuilder(
                "sh",
                "-c",
                "trap '' INT; exec \"$@\"",
                "sh",
                java,
                "-cp",
                System.getProperty("java.class.path"),
                HostMain.class.getName(),
                "waits");
        Process process = nohup.redirectErrorStream(true).start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            while (line != null && !line.equals(HostMain.READY)) {
                line = out.readLine();
            }

            new ProcessBuilder("sh", "-c", "kill -s INT " + process.pid() + "; kill -s TERM " + process.pid())
                    .start()
                    .waitFor();
            List<String> rest = out.lines().toList();

            assertThat(process.waitFor(END.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            assertThat(rest).contains("hook first (SIGTERM)", "hook last (SIGTERM)");
        } finally {
            process.destroyForcibly();
        }
    }

    @Rule("LE-18")
    void le18_haltReactionEndsTheProcess() {
        JavaProcess.Builder halts = host("overruns")
                .systemProperty("kernel.leader.defaults.lease", "2s")
                .systemProperty("kernel.leader.defaults.on-overrun", "halt");
        try (JavaProcess process = halts.start()) {
            assertThat(process.awaitExit(UP)).isEqualTo(1);
            assertThat(said(process)).isEmpty();
            assertThat(all(process)).contains("leads").contains("work goes on without a lease");
        }
    }

    @Test
    void aHostThatMissesTheExitDoesNotCostTheHooks() {
        try (JavaProcess process = host("host-misses-the-exit").start()) {
            assertThat(process.awaitExit(UP)).isEqualTo(7);
            assertThat(said(process)).containsExactly("hook first (JVM exits)", "hook last (JVM exits)");
        }
    }

    @Test
    void aHostThatHearsOfTheExitGoesThroughItsStepsAlone() {
        for (String host : List.of("host-hears-of-the-exit", "host-stops-on-a-thread-of-its-own", "host-has-stopped")) {
            try (JavaProcess process = host(host).start()) {
                assertThat(process.awaitExit(UP)).isEqualTo(7);
                assertThat(said(process))
                        .as(host)
                        .containsExactly(
                                "hook first (container stops)", "hook of the container", "hook last (container stops)");
            }
        }
    }
}
