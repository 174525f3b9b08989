package io.github.pavelagarkov.kernel.core.internal.pool;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens the connections of a pool. While the server cannot be reached it keeps trying instead of failing: HikariCP sleeps for
 * up to five seconds after a failure, and would so find a server that has come back much later than it has to (PG-3).
 * Thread-safe.
 */
final class PoolLogins extends BareDataSource {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final ConnectionSource source;
    private final PoolSubject subject;
    private final KernelClock clock;
    private final ClockGate gate;
    private volatile boolean closed;
    private volatile @Nullable BackendUnavailableException trouble;
    private volatile @Nullable PoolFailure lastFailure;

    PoolLogins(ConnectionSource source, PoolSubject subject, KernelClock clock) {
        this.source = source;
        this.subject = subject;
        this.clock = clock;
        this.gate = new ClockGate(clock);
    }

    /** Called by the pool's one thread that opens connections. */
    @Override
    public Connection getConnection() throws SQLException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return once();
            } catch (SQLException e) {
                // A refusal is for HikariCP to slow down: a wrong password must not be sent twice a second.
                if (closed || !subject.isOutage(e)) {
                    throw e;
                }
            }
            rest(pause);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        }
    }

    /** Tries once to open a connection. */
    Connection once() throws SQLException {
        refuseIfClosed();
        Connection fresh;
        try {
            fresh = source.open();
        } catch (SQLException | RuntimeException e) {
            failed(subject.explain(e));
            throw e;
        }
        if (closed) {
            ConnectionSource.end(fresh);
            refuseIfClosed();
        }
        trouble = null;
        return fresh;
    }

    private void failed(BackendUnavailableException why) {
        trouble = why;
        lastFailure = new PoolFailure(Instant.ofEpochMilli(clock.wallMillis()), String.valueOf(why.getMessage()));
    }

    private void rest(Duration pause) throws SQLException {
        try {
            var unused = gate.await(() -> closed, Deadlines.after(clock, pause));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while " + subject.address() + " was waited for", "08001", e);
        }
    }

    private void refuseIfClosed() throws SQLException {
        if (closed) {
            throw new SQLNonTransientConnectionException(subject.text() + " is closed", "08003");
        }
    }

    /** {@return what is wrong with the server since the last attempt to open a connection; empty if that went well} */
    Optional<BackendUnavailableException> trouble() {
        return Optional.ofNullable(trouble);
    }

    /** {@return the last attempt that failed, whatever has come since} */
    Optional<PoolFailure> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /** Opens no more. */
    void close() {
        closed = true;
        gate.signalAll();
    }
}
