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
        refuseIfClosed();
        // Counted before the next look at closed: whoever is not seen by isDeserted() finds it closed.
        borrowing.incrementAndGet();
        try {
            refuseIfClosed();
            return refusedIfClosed(lender.borrow());
        } catch (SQLTransientConnectionException e) {
            if (closed) {
                throw new SQLNonTransientConnectionException(subject + " is closed", "08003", e);
            }
            throw explained(e);
        } finally {
            borrowing.decrementAndGet();
        }
    }

    private void refuseIfClosed() throws SQLException {
        if (closed) {
            throw new SQLNonTransientConnectionException(subject + " is closed", "08003");
        }
    }

    /**
     * Gives back what came after the close: the next who waits gets it, and goes as well. Whoever has seen the pool open here is
     * counted as active from before its close, so that the close waits for it.
     */
    private Connection refusedIfClosed(Connection lent) throws SQLException {
        if (!closed) {
            return lent;
        }
        giveBack(lent);
        throw new SQLNonTransientConnectionException(subject + " is closed", "08003");
    }

    private static void giveBack(Connection lent) {
        try {
            lent.close();
        } catch (SQLException | RuntimeException e) {
            // The pool has ended it in this moment, and HikariCP trips over what is no more: it is gone, as it should
            // be.
            return;
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

    /** {@return whether nobody waits for a connection any more; final once it is closed} */
    boolean isDeserted() {
        return borrowing.get() == 0;
    }

    /**
     * {@return whether nothing is lent out and, since it is closed, nothing will be; those who still wait are waited for as long
     * as there is a connection that can be handed on to them}
     */
    boolean isQuiet() {
        boolean deserted = isDeserted();
        PoolStats now = lender.stats();
        return now.active() == 0 && (deserted || now.total() == 0);
    }

    @Override
    public String toString() {
        return "DataSource of " + subject;
    }
}
