package io.github.pavelagarkov.kernel.tck.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void runsWithThisClassPathAndWhatItWasGiven() {
        try (JavaProcess child = JavaProcess.of(TalkativeMain.class)
                .jvmArgs("-Xmx48m")
                .systemProperty("test.key", "from property")
                .env("TEST_KEY", "from environment")
                .args("exit", "7")
                .start()) {
            assertThat(child.awaitExit(PATIENCE)).isEqualTo(7);
            assertThat(child.lines())
                    .extracting(OutputLine::text)
                    .contains("property from property", "environment from environment", "to standard error");
        }
    }

    @Test
    void runsAClassOfAnotherClassPath(@TempDir Path empty) {
        String main = TalkativeMain.class.getName();
        try (JavaProcess child = JavaProcess.ofMain(System.getProperty("java.class.path"), main)
                        .args("exit", "7")
                        .start();
                JavaProcess elsewhere = JavaProcess.ofMain(empty.toString(), main)
                        .args("exit", "7")
                        .start()) {
            assertThat(child.awaitExit(PATIENCE)).isEqualTo(7);
            assertThat(elsewhere.awaitExit(PATIENCE)).isEqualTo(1);
            assertThatThrownBy(() -> elsewhere.awaitLine("ready", PATIENCE))
                    .hasMessageStartingWith("TalkativeMain ended with exit code 1");
        }
    }

    @Test
    void linesAreCountedInTheOrderInWhichTheyWereReceived() {
        try (JavaProcess child =
                JavaProcess.of(TalkativeMain.class).args("wait").start()) {
            OutputLine ready = child.awaitLine("^re.dy$", PATIENCE);

            assertThat(child.lines().get((int) ready.sequence() - 1)).isEqualTo(ready);
            assertThat(child.awaitLine(text -> text.startsWith("property"), PATIENCE)
                            .sequence())
                    .isLessThan(ready.sequence());
            assertThatThrownBy(() -> child.awaitLineAfter(ready.sequence(), "ready", Duration.ofMillis(50)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("TalkativeMain did not write a line with 'ready' within PT0.05S;")
                    .hasMessageContaining("ready");
        }
    }

    @Test
    void termRunsTheShutdownHooksAndExitsWith143() {
        try (JavaProcess child =
                JavaProcess.of(TalkativeMain.class).args("wait").start()) {
            OutputLine ready = child.awaitLine("ready", PATIENCE);

            child.signal("TERM");

            assertThat(child.awaitExit(PATIENCE)).isEqualTo(143);
            child.awaitLineAfter(ready.sequence(), "hook ran", PATIENCE);
        }
    }

    @Test
    void aFrozenProcessEndsInGoodOrderOrAtOnce() {
        try (JavaProcess child =
                JavaProcess.of(TalkativeMain.class).args("wait").start()) {
            OutputLine ready = child.awaitLine("ready", PATIENCE);
            child.pause();
            child.pause();

            assertThat(child.isAlive()).isTrue();
            assertThat(child.stop(PATIENCE)).isEqualTo(143);
            assertThat(child.linesAfter(ready.sequence()))
                    .extracting(OutputLine::text)
                    .contains("hook ran");
        }
        try (JavaProcess child =
                JavaProcess.of(TalkativeMain.class).args("wait").start()) {
            OutputLine ready = child.awaitLine("ready", PATIENCE);
            child.pause();

            child.kill();
            child.kill();
            child.resume();

            assertThat(child.awaitExit(PATIENCE)).isEqualTo(137);
            assertThat(child.linesAfter(ready.sequence())).isEmpty();
        }
    }

    @Test
    void intExitsWith130() {
        try (JavaProcess child =
                JavaProcess.of(TalkativeMain.class).args("wait").start()) {
            child.awaitLine("ready", PATIENCE);

            child.signal("INT");

            assertThat(child.awaitExit(PATIENCE)).isEqualTo(130);
        }
    }

    @Test
    void killExitsWith137AndRunsNoHook() {
        try (JavaProcess child =
                JavaProcess.of(TalkativeMain.class).args("wait").start()) {
            child.awaitLine("ready", PATIENCE);

            child.signal("KILL");

            assertThat(child.awaitExit(PATIENCE)).isEqualTo(137);
            assertThat(child.lines()).extracting(OutputLine::text).doesNotContain("hook ran");
            child.signal("TERM");
        }
    }

    @Test
    void stoppedItWritesNothingAndContinuesWhereItWas() {
        try (JavaProcess child =
                JavaProcess.of(TalkativeMain.class).args("count").start()) {
            child.awaitLine("count 3", PATIENCE);

            child.signal("STOP");
            long before = TalkativeMain.lastCount(drained(child));
            long later = TalkativeMain.lastCount(drained(child));
            assertThat(later).isEqualTo(before);
            assertThat(child.isAlive()).isTrue();

            child.signal("CONT");

            child.awaitLine("^count " + (before + 2) + "$", PATIENCE);
        }
    }

    /** What was in the pipe when the process stopped is read when nothing new has come for many polls. */
    private static JavaProcess drained(JavaProcess child) {
        int[] seen = {-1, 0};
        Patience.until(
                () -> {
                    int size = child.lines().size();
                    seen[1] = size == seen[0] ? seen[1] + 1 : 0;
                    seen[0] = size;
                    return seen[1] >= 50;
                },
                PATIENCE);
        return child;
    }

    @Test
    void aChildThatEndsWithoutTheLineFailsWithItsOutput() {
        try (JavaProcess child =
                JavaProcess.of(TalkativeMain.class).args("exit", "3").start()) {
            assertThatThrownBy(() -> child.awaitLine("never written", PATIENCE))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith("TalkativeMain ended with exit code 3 without a line with 'never written'")
                    .hasMessageContaining("to standard error");
        }
    }

    @Test
    void aChildThatDoesNotEndFailsWithItsOutputAndCloseKillsIt() {
        JavaProcess child = JavaProcess.of(TalkativeMain.class).args("wait").start();
        child.awaitLine("ready", PATIENCE);

        assertThatThrownBy(() -> child.awaitExit(Duration.ofMillis(20)))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("TalkativeMain did not end within PT0.02S; the last ");
        child.close();
        child.close();

        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void aSignalThatDoesNotExistIsRefused() {
        try (JavaProcess child =
                JavaProcess.of(TalkativeMain.class).args("wait").start()) {
            assertThatThrownBy(() -> child.signal("NONSENSE"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("could not send NONSENSE to TalkativeMain: ");
        }
    }

    @Test
    void nanoTimeIsOneClockForAllProcessesOfAHost() {
        long before = System.nanoTime();
        try (JavaProcess child =
                JavaProcess.of(TalkativeMain.class).args("exit", "0").start()) {
            child.awaitExit(PATIENCE);
            long after = System.nanoTime();

            long inside =
                    Long.parseLong(child.awaitLine("^nanos ", PATIENCE).text().substring(6));
            assertThat(inside - before).isPositive();
            assertThat(after - inside).isPositive();
        }
    }
}
