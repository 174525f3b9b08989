package io.github.pavelagarkov.kernel.tck.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.opentest4j.TestAbortedException;

/**
 * What a source has of that which a test needs from outside, or the advice what to do so that it has it.
 *
 * <p>Looking for it throws nothing if it only is not there: another source may have it. What is there and broken fails.
 *
 * @param found what it has
 * @param advice what to do, if it has nothing
 * @param <T> what is needed
 */
record Offer<T>(Optional<T> found, String advice) {
    static <T> Offer<T> of(T found) {
        return new Offer<>(Optional.of(found), "");
    }

    static <T> Offer<T> none(String advice) {
        return new Offer<>(Optional.empty(), advice);
    }

    /**
     * Asks sources in their order until one has it.
     *
     * @param ordered the sources; those behind the first that has it are not asked
     * @return what that one has, or the advice of all
     */
    static <T> Offer<T> first(List<Supplier<Offer<T>>> ordered) {
        List<String> advice = new ArrayList<>();
        for (Supplier<Offer<T>> source : ordered) {
            Offer<T> offer = source.get();
            if (offer.found().isPresent()) {
                return offer;
            }
            advice.add(offer.advice());
        }
        return none(String.join(", or ", advice));
    }

    /** {@return what is made of that which was found; the same advice if nothing was} */
    <R> Offer<R> map(Function<T, R> made) {
        return new Offer<>(found.map(made), advice);
    }

    /**
     * Ends the test if there is nothing: it is aborted, which the report shows as skipped with the reason; in continuous
     * integration, told by the environment variable {@code CI}, it fails, so that a green build has run everything.
     *
     * @param what is needed, for the message
     * @param env the environment to look at
     * @return what was found
     */
    T orEndTest(String what, Map<String, String> env) {
        if (found.isPresent()) {
            return found.get();
        }
        String message = "no " + what + " for this test: " + advice;
        if (env.getOrDefault("CI", "").isEmpty()) {
            throw new TestAbortedException(message);
        }
        throw new AssertionError(message + "; CI is set, so the test fails and is not skipped");
    }
}
