package io.github.pavelagarkov.kernel.job;

import java.util.Map;
import java.util.Optional;

/**
 * Carries a context that lives on threads, such as a log context, to the thread of a run.
 *
 * <p>A scheduled run gets {@link #clean()}, a manual one {@link #capture()} of its caller; either is opened with the run's
 * own fields on top, and what the thread had before is put back at the end. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md JS-13</a>
 */
public interface ContextCarrier {
    /** {@return the context of the calling thread} */
    Snapshot capture();

    /** {@return an empty context} */
    Snapshot clean();

    /** A context that can be opened on any thread, many times. Thread-safe. */
    interface Snapshot {
        /**
         * Puts the context on the calling thread.
         *
         * @param fields added on top: {@code job}, {@code run_id}, {@code correlation_id} …
         * @return puts back what the thread had before; closed on the same thread
         */
        Scope open(Map<String, String> fields);

        /**
         * {@return what this context has for a field; empty if it has nothing or cannot tell}
         *
         * @param name for instance {@code correlation_id}, which a manual run takes over from its caller
         */
        default Optional<String> field(String name) {
            return Optional.empty();
        }
    }

    /** Puts a thread's context back. Not thread-safe: belongs to the thread that opened it. */
    interface Scope extends AutoCloseable {
        /**
         * Tells that what ran inside threw; {@link #close()} follows. Must not throw.
         *
         * @param error what it threw
         */
        default void failed(Throwable error) {}

        @Override
        void close();
    }
}
