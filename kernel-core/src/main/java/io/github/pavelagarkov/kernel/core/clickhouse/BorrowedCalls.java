package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.clickhouse.ClickHouseWork;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.core.internal.pool.OwnPool;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;

/** Does work on a connection of the pool and sees to it that this has an end. Thread-safe. */
final class BorrowedCalls {
    private static final Verdict CUT = new Verdict(
            Action.GIVE_UP,
            Duration.ZERO,
            Duration.ZERO,
            OptionalInt.empty(),
            "",
            false,
            Applied.UNKNOWN,
            "its deadline was over while the server was at work; the connection was cut");

    private static final Verdict TOO_LATE = new Verdict(
            Action.GIVE_UP,
            Duration.ZERO,
            Duration.ZERO,
            OptionalInt.empty(),
            "",
            false,
            Applied.NO,
            "no connection was free before its deadline");

    /** A connection and the pool that it is of. */
    record Lent(Connection connection, OwnPool pool) {}

    /** Lends a connection. */
    interface Lender {
        /** Throws IllegalStateException once there is nothing more to lend. */
        Lent lend() throws SQLException;
    }

    private final Lender lender;
    private final PoolParts parts;

    BorrowedCalls(Lender lender, PoolParts parts) {
        this.lender = lender;
        this.parts = parts;
    }

    <T> T attempt(ClickHouseWork<T> work, long until) {
        Lent lent = lent();
        if (parts.clock().nanoTime() - until >= 0) {
            giveBack(lent.connection());
            throw new FailedAttempt(new SQLTimeoutException("no connection was free before the deadline"), TOO_LATE);
        }
        Cut cut = new Cut(lent);
        var unusedResult = parts.timer().schedule(cut, until);
        try {
            return work.on(lent.connection());
        } catch (SQLException e) {
            throw failed(e, lent, cut);
        } finally {
            // Before it is given back: the next one who has it is not to be cut.
            cut.over();
            var unused = parts.timer().cancel(cut);
            giveBack(lent.connection());
        }
    }

    private static void giveBack(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // The pool has it back all the same, and what came of the work is known.
            return;
        }
    }

    private Lent lent() {
        try {
            return lender.lend();
        } catch (SQLException e) {
            // Whatever happened, the work had not begun.
            throw new FailedAttempt(e, with(parts.policy().judge(e), Applied.NO));
        }
    }

    private FailedAttempt failed(SQLException failure, Lent lent, Cut cut) {
        // What the server has said counts, even if the deadline comes while it is looked at.
        cut.over();
        if (cut.hasFired()) {
            return new FailedAttempt(failure, CUT);
        }
        Verdict verdict = parts.policy().judge(failure);
        if (verdict.needReconnect() && verdict.code().isEmpty() && !isSilence(failure)) {
            // The server went away under this connection, and so under the others. One that is only slow did not.
            lent.pool().evictAll();
        }
        return new FailedAttempt(failure, verdict);
    }

    private static boolean isSilence(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }

    private static Verdict with(Verdict verdict, Applied applied) {
        return new Verdict(
                verdict.action(),
                verdict.delay(),
                verdict.cap(),
                verdict.code(),
                verdict.codeName(),
                verdict.fromServer(),
                applied,
                verdict.reason());
    }

    /** Ends a connection under the feet of whoever waits on it. */
    private static final class Cut extends HeapTimer.Task {
        private final Lent lent;
        private final ReentrantLock lock = new ReentrantLock();
        private boolean fired;
        private boolean over;

        Cut(Lent lent) {
            this.lent = lent;
        }

        /** From now on it does nothing; if it is at it, this waits. */
        void over() {
            lock.lock();
            try {
                over = true;
            } finally {
                lock.unlock();
            }
        }

        boolean hasFired() {
            lock.lock();
            try {
                return fired;
            } finally {
                lock.unlock();
            }
        }

        @Override
        protected void fire(long nowNanos) {
            lock.lock();
            try {
                if (!over) {
                    fired = true;
                    lent.pool().evict(lent.connection());
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
