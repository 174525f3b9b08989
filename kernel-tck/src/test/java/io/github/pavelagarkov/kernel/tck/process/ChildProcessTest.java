package io.github.pavelagarkov.kernel.tck.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ChildProcessTest {
    @Test
    void aChildThatHasEndedAndThatNobodyLooksAfterStandsStill() throws Exception {
        // The program that takes over knows of no child, so the first one stays in the list of processes.
        ProcessBuilder command = new ProcessBuilder("sh", "-c", "sleep 0.1 & exec sleep 60");
        try (ChildProcess family = ChildProcess.start("family", command, "")) {
            assertThat(Patience.until(() -> endedChildren(family.pid()) == 1, Duration.ofSeconds(30)))
                    .isTrue();

            family.signalFamily("STOP");

            assertThat(family.isAlive()).isTrue();
        }
    }

    private static long endedChildren(long parent) {
        return ProcessHandle.of(parent).stream()
                .flatMap(ProcessHandle::children)
                .filter(child -> child.info().command().isEmpty())
                .count();
    }
}
