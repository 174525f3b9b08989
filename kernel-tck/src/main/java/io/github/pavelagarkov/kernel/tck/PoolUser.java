package io.github.pavelagarkov.kernel.tck;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Uses a pool of connections on threads of its own, and says what it gets. */
final class PoolUser {
    private static final int HOARDERS = 8;
    private static final long PAUSE_MILLIS = 20;

    /** Lends connections. */
    @FunctionalInterface
    interface Lender {
        Connection connection() throws SQLException;
    }

    private final Lender pool;
    private final Consumer<String> says;
    private final CountDownLatch never = new CountDownLatch(1);

    PoolUser(Lender pool, Consumer<String> says) {
        this.pool = pool;
        this.says = says;
    }

    /** One after the other, each with a number: {@code borrow 7 begins}, {@code borrow 7 works}. */
    void borrow() {
        start(() -> {
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
        for (int i = 0; i < HOARDERS; i++) {
            start(() -> {
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
            return never.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    static void start(Runnable task) {
        Thread thread = new Thread(task, "tck-pool-user");
        thread.setDaemon(true);
        thread.start();
    }
}
