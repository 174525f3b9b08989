package io.github.pavelagarkov.kernel;

/**
 * A backend (Redis, PostgreSQL, ClickHouse) could not be reached, refused the call or did not answer in time. */
public class BackendUnavailableException extends KernelException {
    private static final long serialVersionUID = 1L;

    /**
     *
     * @param message which backend, which operation, how long it was tried
     */
    public BackendUnavailableException(String message) {
        super(message);
    }

    /**
     * @param message which backend, which operation, how long it was tried
     * @param cause what the driver threw
     */
    public BackendUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
