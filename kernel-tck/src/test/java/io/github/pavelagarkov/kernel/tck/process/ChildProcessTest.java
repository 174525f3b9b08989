package io.github.pavelagarkov.kernel.tck.process;

import static org.assertj.core.api.Assertions.assertThat;

<<<<<<< HEAD
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
=======
>>>>>>> chaospg
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ChildProcessTest {
<<<<<<< HEAD
    /** As a session of PostgreSQL that ends while the server is being frozen, which would have to take notice of it. */
    @Test
    void aFamilyStandsStillAlthoughAMemberOfItHasEndedUnnoticed() {
        // The shell becomes a sleep, which knows of no child to wait for.
        try (ChildProcess child =
                ChildProcess.start("parent", new ProcessBuilder("sh", "-c", "sleep 1 & echo $!; exec sleep 600"), "")) {
            assertThat(Patience.until(() -> !child.lines().isEmpty(), Duration.ofSeconds(10)))
                    .isTrue();
            String member = child.lines().get(0).text();
            assertThat(Patience.until(() -> state(member) == 'Z', Duration.ofSeconds(10)))
                    .isTrue();

            child.signalFamily("STOP");

            assertThat(state(Long.toString(child.pid()))).isEqualTo('T');
        }
    }

    private static char state(String pid) {
        try {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return ' ';
        }
=======
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
>>>>>>> chaospg
    }
}
