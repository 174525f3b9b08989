package io.github.pavelagarkov.kernel;

/**
 * A text that no dump, log line or exception shows.
 *
 * <p>It guards against showing by accident, not against someone who reads the memory of the process. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md CF-4</a>
 */
public final class Secret {
    /** What is shown in place of a secret. */
    public static final String MASK = "***";

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    /**
     * {@return a secret}
     *
     * @param text the text to hide
     */
    public static Secret of(String text) {
        return new Secret(Check.notNull("secret", text));
    }

    /** {@return the text itself, for the one call that needs it} */
    public String reveal() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return MASK;
    }
}
