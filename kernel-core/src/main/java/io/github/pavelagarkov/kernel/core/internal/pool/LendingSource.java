package io.github.pavelagarkov.kernel.core.internal.pool;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.pool.PoolStats;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** What the users of a pool see: lends its connections, and says in one sentence why it does not. Thread-safe. */
final class LendingSource extends BareDataSource {
    private final String subject;
    private final HikariLender lender;
    private final PoolLogins logins;
    private final Duration patience;
    /** How many are on their way to a connection. */
    private final AtomicInteger borrowing = new AtomicInteger();

    private volatile boolean closed;

    LendingSource(String subject, HikariLender lender, PoolLogins logins, Duration patience) {
        this.subject = subject;
        this.lender = lender;
        this.logins = logins;
        this.patience = patience;
    }

    @Override
    public Connection getConnection() throws SQLException {
        // Counted before the look at closed: whoever is not seen by isQuiet() finds it closed.
        borrowing.incrementAndGet();
        try {
            if (closed) {
                throw new SQLNonTransientConnectionException(subject + " is closed", "08003");
            }
            return lender.borrow();
        } catch (SQLTransientConnectionException e) {
            if (closed) {
                throw new SQLNonTransientConnectionException(subject + " is closed", "08003", e);
            }
            throw explained(e);
        } finally {
            borrowing.decrementAndGet();
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

    /**
     * {@return whether nothing is lent out and, since it is closed, nothing will be: nobody is on the way to a connection, or
     * there is none left to be had}
     */
    boolean isQuiet() {
        boolean nobody = borrowing.get() == 0;
        PoolStats now = lender.stats();
        return now.active() == 0 && (nobody || now.total() == 0);
    }

    @Override
    public String toString() {
        return "DataSource of " + subject;
    }
}
