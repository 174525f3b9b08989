package io.github.pavelagarkov.kernel.clickhouse;

import io.github.pavelagarkov.kernel.KernelException;
import java.sql.SQLException;

/**
 * A call that has failed for good. Its cause is the last failure; those before are suppressed. The message has no text of a
 * statement and no value; the cause may.
 */
public final class ClickHouseCallException extends KernelException {
    private static final long serialVersionUID = 1L;

    /** Not for other Java processes: this one has made it. */
    private final transient Verdict verdict;

    private final int attempts;

    /**
     * Creates it.
     *
     * @param message what failed, how often, why
     * @param last what the driver threw last
     * @param verdict on that
     * @param attempts how often it was tried
     */
    public ClickHouseCallException(String message, SQLException last, Verdict verdict, int attempts) {
        super(message, last);
        this.verdict = verdict;
        this.attempts = attempts;
    }

    /** {@return what the last failure means, above all whether a write may have happened} */
    public Verdict verdict() {
        return verdict;
    }

    /** {@return how often it was tried} */
    public int attempts() {
        return attempts;
    }
}
