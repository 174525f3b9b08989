package io.github.pavelagarkov.kernel.core.internal.pool;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.pool.PoolCloseReport;
import io.github.pavelagarkov.kernel.pool.PoolStats;
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
public final class OwnPool {
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
    /** When what is lent out is cut even if it had more time. */
    private volatile @Nullable Long hurried;

    private OwnPool(
            PoolLogins logins, HikariLender lender, LendingSource source, KernelClock clock, ThreadFactory threads) {
        this.logins = logins;
        this.lender = lender;
        this.source = source;
        this.clock = clock;
        this.threads = threads;
        this.gate = new ClockGate(clock);
    }

    /**
     * Starts a pool, which opens its connections in the background. Returns at once.
     *
     * @param subject which one
     * @param limits how many, and how long
     * @param connections opens one; called by the pool's own thread
     * @param clock measures pauses and patience, but for those inside HikariCP
     * @param threads makes all threads of the pool, HikariCP's as well
     * @return the pool; close it
     */
    public static OwnPool start(
            PoolSubject subject,
            PoolLimits limits,
            ConnectionSource connections,
            KernelClock clock,
            ThreadFactory threads) {
        PoolLogins logins = new PoolLogins(connections, subject, clock);
        HikariLender lender = HikariLender.start(subject, limits, logins, threads);
        LendingSource source = new LendingSource(subject.text(), lender, logins, limits.acquireTimeout());
        return new OwnPool(logins, lender, source, clock, threads);
    }

    /** {@return what lends the connections, and says why if it does not} */
    public DataSource source() {
        return source;
    }

    /** {@return how busy it is now} */
    public PoolStats stats() {
        return lender.stats();
    }

    /** {@return what is wrong with the server since the last attempt to open a connection; empty if that went well} */
    public Optional<String> trouble() {
        return logins.trouble().map(BackendUnavailableException::getMessage);
    }

    /** {@return the last attempt to open a connection that failed, whatever has come since} */
    public Optional<PoolFailure> lastFailure() {
        return logins.lastFailure();
    }

    /**
     * Closes one that is lent out, now, under the feet of whoever has it.
     *
     * @param lent of this pool
     */
    public void evict(Connection lent) {
        lender.evict(lent);
    }

    /** Closes all that are idle, and those that are lent out when they come back. */
    public void evictAll() {
        lender.evictAll();
    }

    /**
     * {@return a connection of the pool, unless all are lent out: then one beside it}
     *
     * @throws SQLException if none could be opened
     */
    public Connection openForProbe() throws SQLException {
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

    /**
     * Lends no more, waits for what is lent out, and cuts what has not come back when the time is nearly over. Idempotent.
     *
     * @param atMost how long it may take; positive
     * @return what became of the connections
     */
    public PoolCloseReport close(Duration atMost) {
        long until = Deadlines.after(clock, atMost);
        return close(until - reserve(atMost).toNanos(), until);
    }

    /**
     * The same for a pool that another has replaced: what is lent out has the whole of the time.
     *
     * @param goingOn how long what is lent out may go on; positive
     * @return what became of the connections
     */
    public PoolCloseReport drain(Duration goingOn) {
        long cut = Deadlines.after(clock, goingOn);
        return close(cut, cut + LONGEST_RESERVE.toNanos());
    }

    /**
     * Lets what is lent out go on so much shorter than {@link #drain} was told that all has ended in that time.
     *
     * @param atMost from now
     */
    public void hurry(Duration atMost) {
        hurried = Deadlines.after(clock, atMost.minus(reserve(atMost)));
    }

    private PoolCloseReport close(long cutAt, long until) {
        long from = clock.nanoTime();
        if (closing.compareAndSet(false, true)) {
            source.close();
            logins.close();
            boolean interrupted = awaitReturns(cutAt);
            int cut = lender.stats().active();
            interrupted |= end(interrupted ? clock.nanoTime() : earlier(until, LONGEST_RESERVE.toNanos()));
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
        boolean retired = false;
        try {
            while (!source.isQuiet() && clock.nanoTime() - earlier(until, 0) < 0) {
                if (!retired && source.isDeserted()) {
                    // Not before: what is idle frees those who wait.
                    lender.retire();
                    retired = true;
                }
                long look = Deadlines.after(clock, LOOK);
                var unused = gate.await(() -> false, look - until < 0 ? look : until);
            }
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private long earlier(long until, long afterHurried) {
        Long end = hurried;
        return end != null && end + afterHurried - until < 0 ? end + afterHurried : until;
    }

    /** HikariCP may take half a minute, so it is ended on a thread that can be left behind. */
    private boolean end(long until) {
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
