package io.github.pavelagarkov.kernel;

/**
 * The root of what kernel throws when something outside the caller's code is broken. */
public class KernelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     *
     * @param message subject, what was wrong, the value, what to do; never a secret
     */
    public KernelException(String message) {
        super(message);
    }

    /**
     * @param message subject, what was wrong, the value, what to do; never a secret
     * @param cause what was thrown underneath
     */
    public KernelException(String message, Throwable cause) {
        super(message, cause);
    }
}
