package io.github.pavelagarkov.kernel.dropwizard;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a Dropwizard service ends that cannot go on, or could not begin; in JVMs of their own. */
final class ProcessEndTest {
    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private JavaProcess start(Class<?> main, String kernel) throws IOException {
        Path file = Files.writeString(folder.resolve("app.yml"), """
                server:
                  applicationConnectors: [{type: http, port: 0}]
                  adminConnectors: [{type: http, port: 0}]
                """ + kernel);
        return JavaProcess.of(main)
                .jvmArgs("-XX:TieredStopAtLevel=1")
                .args("server", file.toString())
                .start();
    }

    private static List<String> output(JavaProcess process) {
        return process.lines().stream().map(OutputLine::text).toList();
    }

    @Test
    void lg1_fatalEndsTheProcessWithCode1AfterAStopInOrder() throws Exception {
        try (JavaProcess process = start(FatalMain.class, "kernel: {}\n")) {
            assertThat(process.awaitExit(SOON))
                    .as(() -> String.join("\n", output(process)))
                    .isEqualTo(1);

            assertThat(output(process).stream().filter(line -> line.startsWith("stop ")))
                    .containsExactly("stop resign", "stop mailbox", "stop managed", "stop store");
            assertThat(output(process)).anyMatch(line -> line.contains("fatal: disk is full"));
        }
    }

    @Test
    void ev2_poolsAreClosedAfterTheHooksIfApplicationRunThrows() throws Exception {
        // Nobody listens there: a pool is open without a server, and is to be closed like any other.
        try (JavaProcess process = start(FailingMain.class, """
                kernel:
                  postgres:
                    orders: {url: "jdbc:postgresql://127.0.0.1:1/shop"}
                """)) {
            assertThat(process.awaitExit(SOON))
                    .as(() -> String.join("\n", output(process)))
                    .isEqualTo(1);

            assertThat(String.join("\n", output(process)))
                    .contains("application cannot run")
                    .containsSubsequence("hook mailbox (500) OK", "hook postgres-orders (1000) OK");
        }
    }
}
