package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.core.internal.pool.ConnectionSource;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Listens for releases on a connection and a thread of its own, and begins again when the connection breaks. What it misses
 * meanwhile costs time alone: candidates look by themselves.
 */
final class ReleaseEar implements Runnable {
    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final int SIGN_OF_LIFE_SECONDS = 1;
    private static final int ANSWER_MILLIS = 2_000;
    private static final long FIRST_PAUSE = Duration.ofMillis(100).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofSeconds(1).toNanos();

    private final ConnectionSource source;
    private final KernelClock clock;
    private final Consumer<String> onReleased;
    private final Runnable onGap;
    private final Runnable onEnd;

    private volatile @Nullable Connection open;
    private volatile boolean closed;
    private long pause = FIRST_PAUSE;

    /**
     * Creates it without listening.
     *
     * @param onGap told when listening has begun, each time: what was told before it has been lost
     * @param onEnd told when the thread ends
     */
    ReleaseEar(
            ConnectionSource source, KernelClock clock, Consumer<String> onReleased, Runnable onGap, Runnable onEnd) {
        this.source = source;
        this.clock = clock;
        this.onReleased = onReleased;
        this.onGap = onGap;
        this.onEnd = onEnd;
    }

    @Override
    public void run() {
        try {
            while (!closed && listenOnce()) {
                sleep();
            }
        } finally {
            onEnd.run();
        }
    }

    /** {@return whether it is worth another try} */
    private boolean listenOnce() {
        try (Connection connection = source.open()) {
            open = connection;
            if (!PgDriver.hears(connection)) {
                return false;
            }
            try {
                listen(connection);
            } finally {
                open = null;
                // A pool must not lend a connection that still listens.
                ConnectionSource.end(connection);
            }
        } catch (SQLException | RuntimeException e) {
            // Not told: the calls of the engine meet the same trouble and report it.
            return true;
        } catch (LinkageError e) {
            // The driver's classes are not there: another driver, whose notifications we do not know.
            return false;
        }
        return true;
    }

    private void listen(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN " + LeaseSql.CHANNEL);
        }
        pause = FIRST_PAUSE;
        onGap.run();
        while (!closed) {
            var heard = PgDriver.notifications(connection, IDLE);
            heard.forEach(onReleased);
            // A server that is gone without a word is silent too.
            if (heard.isEmpty() && !connection.isValid(SIGN_OF_LIFE_SECONDS)) {
                return;
            }
        }
    }

    private void sleep() {
        try {
            clock.park(clock.nanoTime() + pause);
        } catch (InterruptedException e) {
            // close() interrupts; the loop looks at the flag.
            return;
        }
        pause = Math.min(pause * 2, LONGEST_PAUSE);
    }

    /** Ends the thread soon, also one that is listening; it is to be interrupted as well. */
    void close() {
        closed = true;
        Connection used = open;
        if (used != null) {
            ConnectionSource.end(used);
        }
    }
}
