package io.github.pavelagarkov.kernel;

/** Something that was added and can be taken back. Thread-safe. */
public interface Registration extends AutoCloseable {
    /**
     * Takes it back. Idempotent.
     *
     * @return whether this call removed it; false if it was removed before or is already being used up
     */
    boolean remove();

    /** The same as {@link #remove()}, for try-with-resources. */
    @Override
    default void close() {
        remove();
    }
}
