package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A pool with connections of its own, from its first to its last moment. Thread-safe. */
final class OwnPool {
    /** How often a closing pool is asked whether everything has come back: HikariCP does not tell. */
    private static final Duration LOOK = Duration.ofMillis(10);

    private static final Duration LONGEST_RESERVE = Duration.ofSeconds(2);

    private final PoolLogins logins;
    private final HikariLender lender;
    private final LendingSource source;
    private final KernelClock clock;
    private final ThreadFactory threads;
    private final ClockGate gate;
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile @Nullable PoolCloseReport report;
    private volatile boolean ended;

    private OwnPool(
            PoolLogins logins, HikariLender lender, LendingSource source, KernelClock clock, ThreadFactory threads) {
        this.logins = logins;
        this.lender = lender;
        this.source = source;
        this.clock = clock;
        this.threads = threads;
        this.gate = new ClockGate(clock);
    }

    static OwnPool start(
            String name, String subject, PostgresPoolSettings settings, KernelClock clock, ThreadFactory threads) {
        PoolLogins logins = new PoolLogins(PgDriver.connections(name, settings), settings.address(), clock);
        HikariLender lender = HikariLender.start(name, settings, logins, threads);
        LendingSource source = new LendingSource(subject, lender, logins, settings.acquireTimeout());
        return new OwnPool(logins, lender, source, clock, threads);
    }

    DataSource source() {
        return source;
    }

    PoolStats stats() {
        return lender.stats();
    }

    Optional<String> trouble() {
        return logins.trouble().map(BackendUnavailableException::getMessage);
    }

    /** A connection of the pool, unless all are lent out. */
    Connection openForProbe() throws SQLException {
        if (!lender.stats().exhausted()) {
            try {
                return source.getConnection();
            } catch (SQLTransientConnectionException e) {
                if (logins.trouble().isPresent()) {
                    throw e;
                }
                // Everything was lent out meanwhile.
            }
        }
        return logins.once();
    }

    PoolCloseReport close(Duration atMost) {
        long from = clock.nanoTime();
        long until = Deadlines.after(clock, atMost);
        if (closing.compareAndSet(false, true)) {
            source.close();
            boolean interrupted = awaitReturns(until - reserve(atMost).toNanos());
            int cut = lender.stats().active();
            interrupted |= end(interrupted ? clock.nanoTime() : until);
            report = new PoolCloseReport(cut, ended, Duration.ofNanos(clock.nanoTime() - from));
            gate.signalAll();
            restore(interrupted);
        } else {
            restore(awaitReport(until));
        }
        PoolCloseReport known = report;
        return known != null
                ? known
                : new PoolCloseReport(0, false, Duration.ofNanos(clock.nanoTime() - from)); // the first call goes on
    }

    /** What is cut takes a moment to end, and HikariCP gives a login that goes on a second before. */
    private static Duration reserve(Duration atMost) {
        Duration third = atMost.dividedBy(3);
        return third.compareTo(LONGEST_RESERVE) > 0 ? LONGEST_RESERVE : third;
    }

    /** {@return whether the calling thread was interrupted, which means: at once} */
    private boolean awaitReturns(long until) {
        try {
            while (lender.stats().active() > 0 && clock.nanoTime() - until < 0) {
                long look = Deadlines.after(clock, LOOK);
                var unused = gate.await(() -> false, look - until < 0 ? look : until);
            }
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    /** HikariCP may take half a minute, so it is ended on a thread that can be left behind. */
    private boolean end(long until) {
        logins.close();
        threads.newThread(() -> {
                    lender.close();
                    ended = true;
                    gate.signalAll();
                })
                .start();
        try {
            var unused = gate.await(() -> ended, until);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private boolean awaitReport(long until) {
        try {
            var unused = gate.await(() -> report != null, until);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private static void restore(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
