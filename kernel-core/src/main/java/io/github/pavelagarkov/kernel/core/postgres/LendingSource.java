package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;

/** What the users of a pool see: lends its connections, and says in one sentence why it does not. Thread-safe. */
final class LendingSource extends BareDataSource {
    private final String subject;
    private final HikariLender lender;
    private final PoolLogins logins;
    private final Duration patience;
    private volatile boolean closed;

    LendingSource(String subject, HikariLender lender, PoolLogins logins, Duration patience) {
        this.subject = subject;
        this.lender = lender;
        this.logins = logins;
        this.patience = patience;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (closed) {
            throw new SQLNonTransientConnectionException(subject + " is closed", "08003");
        }
        try {
            return lender.borrow();
        } catch (SQLTransientConnectionException e) {
            throw explained(e);
        }
    }

    private SQLException explained(SQLTransientConnectionException timeout) {
        Throwable cause =
                logins.trouble().map(BackendUnavailableException::getCause).orElse(null);
        String state = cause instanceof SQLException sql ? sql.getSQLState() : timeout.getSQLState();
        String why = logins.trouble()
                .map(BackendUnavailableException::getMessage)
                .orElseGet(() -> lender.stats().toString());
        return new SQLTransientConnectionException(
                subject + " lent no connection within " + patience + ": " + why, state, timeout);
    }

    /** Lends no more. */
    void close() {
        closed = true;
    }

    @Override
    public String toString() {
        return "DataSource of " + subject;
    }
}
