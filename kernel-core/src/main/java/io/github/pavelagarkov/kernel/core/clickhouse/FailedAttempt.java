package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import java.sql.SQLException;

/** An attempt that failed, with what that means; does not leave this package. */
final class FailedAttempt extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Verdict verdict;
    private final SQLException failure;

    FailedAttempt(SQLException failure, Verdict verdict) {
        super(null, failure, false, false);
        this.failure = failure;
        this.verdict = verdict;
    }

    SQLException failure() {
        return failure;
    }

    Verdict verdict() {
        return verdict;
    }
}
