package io.github.pavelagarkov.kernel.tck.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ChildProcessTest {
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
    }
}
