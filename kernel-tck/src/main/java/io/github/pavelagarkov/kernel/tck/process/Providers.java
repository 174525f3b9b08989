package io.github.pavelagarkov.kernel.tck.process;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.opentest4j.TestAbortedException;

/**
 * Finds what a test needs from outside, in a fixed order: the first source that has it.
 *
 * <p>If none has it, the test is aborted, which the report shows as skipped with the reason; in continuous integration,
 * told by the environment variable {@code CI}, it fails, so that a green build has run everything.
 *
 * <p>Thread-safe.
 *
 * @param <T> what is needed
 */
final class Providers<T> {
    /**
     * One way to get it.
     *
     * @param <T> what is needed
     * @param howTo what to do so that this source has it
     * @param find looks for it; empty if this source has none
     */
    record Source<T>(String howTo, Supplier<Optional<T>> find) {}

    private final String what;
    private final Map<String, String> env;
    private final List<Source<T>> ordered;

    Providers(String what, Map<String, String> env, List<Source<T>> ordered) {
        this.what = what;
        this.env = env;
        this.ordered = List.copyOf(ordered);
    }

    T first() {
        for (Source<T> source : ordered) {
            Optional<T> found = source.find().get();
            if (found.isPresent()) {
                return found.get();
            }
        }
        String message = "no " + what + " for this test: "
                + ordered.stream().map(Source::howTo).collect(Collectors.joining(", or "));
        if (env.getOrDefault("CI", "").isEmpty()) {
            throw new TestAbortedException(message);
        }
        throw new AssertionError(message + "; CI is set, so the test fails and is not skipped");
    }
}
