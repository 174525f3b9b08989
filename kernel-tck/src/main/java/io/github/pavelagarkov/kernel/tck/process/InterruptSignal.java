package io.github.pavelagarkov.kernel.tck.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Undoes what a shell does to its background jobs: they ignore SIGINT, and so does every process they start. A test that sends
 * SIGINT would then wait for ever, on a build server only.
 */
final class InterruptSignal {
    private static final String IGNORED = "SigIgn:";
    private static final int SIGINT = 2;

    private InterruptSignal() {}

    /** {@return what to put in front of a command so that it starts with SIGINT as usual; empty if it does anyway} */
    static List<String> prefix() {
        return isIgnoredHere() ? List.of("env", "--default-signal=INT") : List.of();
    }

    private static boolean isIgnoredHere() {
        try (var status = Files.lines(Path.of("/proc/self/status"))) {
            return status.filter(line -> line.startsWith(IGNORED))
                    .map(line -> line.substring(IGNORED.length()).strip())
                    .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) >> (SIGINT - 1) & 1) == 1);
        } catch (IOException e) {
            // Not Linux: nothing is known, and nothing is done.
            return false;
        }
    }
}
