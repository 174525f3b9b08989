package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.clickhouse.ClickHouseWork;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.core.internal.pool.OwnPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalInt;

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
        Cut cut = new Cut(lent);
        var unusedResult = parts.timer().schedule(cut, until);
        try (Connection connection = lent.connection()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw failed(e, lent, cut);
        } finally {
            var unused = parts.timer().cancel(cut);
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
        if (cut.fired) {
            return new FailedAttempt(failure, CUT);
        }
        Verdict verdict = parts.policy().judge(failure);
        if (verdict.needReconnect() && verdict.code().isEmpty()) {
            // The server went away under this connection, and so under the others.
            lent.pool().evictAll();
        }
        return new FailedAttempt(failure, verdict);
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
        private volatile boolean fired;

        Cut(Lent lent) {
            this.lent = lent;
        }

        @Override
        protected void fire(long nowNanos) {
            fired = true;
            lent.pool().evict(lent.connection());
        }
    }
}
