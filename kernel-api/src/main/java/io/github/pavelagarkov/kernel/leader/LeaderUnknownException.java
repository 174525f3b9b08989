package io.github.pavelagarkov.kernel.leader;

import io.github.pavelagarkov.kernel.BackendUnavailableException;

/** The store could not be asked who leads: neither "nobody" nor a name. */
public final class LeaderUnknownException extends BackendUnavailableException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message which election, what was tried
     * @param cause why the store could not answer
     */
    public LeaderUnknownException(String message, Throwable cause) {
        super(message, cause);
    }
}
