package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Uses a pool of connections, and says what it gets. */
final class PoolUser {
    private static final long PAUSE_NANOS = 20_000_000;

    /** Lends connections. */
    @FunctionalInterface
    interface Lender {
        Connection connection() throws SQLException;
    }

    private final Lender pool;
    private final Consumer<String> says;
    private final Executor threads;
    private final KernelClock clock = KernelClock.system();

    PoolUser(Lender pool, Executor threads, Consumer<String> says) {
        this.pool = pool;
        this.threads = threads;
        this.says = says;
    }

    /** One after the other, each with a number: {@code borrow 7 begins}, {@code borrow 7 works}. */
    void borrow() {
        threads.execute(() -> {
            for (int number = 0; !pause(); number++) {
                says.accept("borrow " + number + " begins");
                says.accept("borrow " + number + " " + outcome());
            }
        });
    }

    private String outcome() {
        try (Connection connection = pool.connection();
                Statement statement = connection.createStatement();
                ResultSet one = statement.executeQuery("SELECT 1")) {
            return one.next() ? "works" : "fails: no row";
        } catch (SQLException | RuntimeException e) {
            return "fails: " + e;
        }
    }

    /** All at once, more than the pool will give, and nothing is ever given back. Who gets nothing says so and tries again. */
    void hoard() {
        for (int i = 0; i < TckApplication.HOARDERS; i++) {
            threads.execute(() -> {
                while (!kept() && !pause()) {
                    // Nothing was got.
                }
            });
        }
    }

    /** {@return whether a connection was got, and kept until the end} */
    @SuppressWarnings("resource") // that is the point of it
    private boolean kept() {
        try {
            Connection kept = pool.connection();
            says.accept("keeps a connection");
            while (!pause()) {
                // So that the connection is in use as far as anybody can tell.
                boolean unused = kept.isClosed();
            }
            return true;
        } catch (SQLException | RuntimeException e) {
            says.accept("gets no connection: " + e);
            return false;
        }
    }

    /** {@return whether the thread is to end} */
    private boolean pause() {
        try {
            clock.park(clock.nanoTime() + PAUSE_NANOS);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
