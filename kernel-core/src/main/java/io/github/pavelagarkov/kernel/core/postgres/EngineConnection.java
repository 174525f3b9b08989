package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.core.internal.pool.ConnectionSource;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one connection that statements go through, opened again when it breaks. Used by one thread; {@link #abort} and {@link
 * #serverSeen} by any.
 */
final class EngineConnection {
    /** Longer than a statement may take, so that the server's own word on it comes first. */
    private static final Duration ANSWER_SLACK = Duration.ofMillis(250);

    /**
     * Renewals come more often. Only where locks alone are used can a connection die unseen: the server was restarted, or a
     * firewall forgot it.
     */
    private static final long IDLE = Duration.ofSeconds(10).toNanos();

    private static final int SIGN_OF_LIFE_SECONDS = 1;

    private static final long FIRST_PAUSE = Duration.ofMillis(50).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofSeconds(1).toNanos();

    /** What is done with a connection, in auto-commit. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private final ConnectionSource source;
    private final String address;
    private final PostgresLeases leases;
    private final KernelClock clock;
    private final int answerMillis;

    private volatile @Nullable Connection open;
    private volatile boolean closed;
    private volatile @Nullable BackendUnavailableException refused;
    private long notBefore;
    private long pause = FIRST_PAUSE;
    private long lastUsed;

    EngineConnection(ConnectionSource source, String address, PostgresLeases leases, KernelClock clock) {
        this.source = source;
        this.address = address;
        this.leases = leases;
        this.clock = clock;
        this.answerMillis =
                Math.toIntExact(Math.min(leases.attempt().plus(ANSWER_SLACK).toMillis(), Integer.MAX_VALUE));
    }

    /** Does some work, with the table created first if it is not there. */
    <T> T call(Work<T> work) {
        Connection connection = connection();
        try {
            return work.on(connection);
        } catch (SQLException e) {
            afterFailure(connection, e);
            if (PostgresFailures.isMissingTable(e) && connection == open) {
                return withNewTable(connection, work);
            }
            throw PostgresFailures.translate(address, e);
        }
    }

    private <T> T withNewTable(Connection connection, Work<T> work) {
        try {
            createTable(connection);
            return work.on(connection);
        } catch (SQLException e) {
            afterFailure(connection, e);
            BackendUnavailableException why = PostgresFailures.translate(address, e);
            throw new BackendUnavailableException(
                    why.getMessage() + "; the table " + leases.table()
                            + " is missing: create it with what PostgresLeaseStore.ddl() says",
                    e);
        }
    }

    private void createTable(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(new LeaseSql(leases).createTable());
        } catch (SQLException e) {
            if (!PostgresFailures.isAlreadyThere(e)) {
                throw e;
            }
            // Another process was faster.
            afterFailure(connection, e);
        }
    }

    private Connection connection() {
        long idle = clock.nanoTime() - lastUsed;
        lastUsed = clock.nanoTime();
        if (idle >= IDLE) {
            dropIfDead();
        }
        Connection known = open;
        if (known != null) {
            return known;
        }
        BackendUnavailableException lately = refused;
        if (lately != null && clock.nanoTime() - notBefore < 0) {
            throw lately;
        }
        if (closed) {
            throw new BackendUnavailableException(address + " is closed");
        }
        try {
            Connection fresh = source.open();
            open = fresh;
            fresh.setNetworkTimeout(Runnable::run, answerMillis);
            fresh.setAutoCommit(true);
            refused = null;
            pause = FIRST_PAUSE;
            if (closed) {
                // abort() may have come too early to see this one.
                abort();
            }
            return fresh;
        } catch (SQLException | RuntimeException e) {
            drop();
            BackendUnavailableException why = PostgresFailures.translate(address, e);
            refused = why;
            notBefore = clock.nanoTime() + pause;
            pause = Math.min(pause * 2, LONGEST_PAUSE);
            throw why;
        }
    }

    private void dropIfDead() {
        Connection idle = open;
        try {
            if (idle != null && !idle.isValid(SIGN_OF_LIFE_SECONDS)) {
                drop();
            }
        } catch (SQLException e) {
            drop();
        }
    }

    /** An error leaves the transaction open, of which the driver knows nothing: it was begun in the text. */
    private void afterFailure(Connection connection, SQLException error) {
        if (PostgresFailures.endsConnection(error)) {
            drop();
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            drop();
        }
    }

    /** Closes the connection; the next call opens another. */
    private void drop() {
        Connection broken = open;
        open = null;
        if (broken != null) {
            ConnectionSource.end(broken);
        }
    }

    /** The server has answered on another connection: there is no reason to wait any longer. */
    void serverSeen() {
        refused = null;
    }

    /** Ends the connection for good, also one that is being used. */
    void abort() {
        closed = true;
        Connection used = open;
        if (used != null) {
            ConnectionSource.end(used);
        }
    }
}
