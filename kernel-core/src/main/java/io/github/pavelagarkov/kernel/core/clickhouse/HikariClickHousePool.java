package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.clickhouse.CallSpec;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseWork;
import io.github.pavelagarkov.kernel.clickhouse.ReconnectReport;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.host.Libraries;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
import io.github.pavelagarkov.kernel.pool.PoolCloseReport;
import io.github.pavelagarkov.kernel.pool.PoolPing;
import io.github.pavelagarkov.kernel.pool.PoolStats;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A pool over {@code com.clickhouse:clickhouse-jdbc} and {@code com.zaxxer:HikariCP}.
 *
 * <pre>{@code
 * try (ClickHousePool pool = HikariClickHousePool.open("events", settings)) { … }
 * }</pre>
 *
 * <p>Opening it never blocks and never fails because the server is away. Every connection has answered once before anybody gets
 * it, has one socket, and is ended by what {@link ClickHouseErrorPolicy} calls the end of a connection and by nothing else. The
 * driver's own repetitions are switched off. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md CH-4 to CH-6</a>
 */
public final class HikariClickHousePool implements ClickHousePool {
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final long RESOLUTION = Duration.ofMillis(1).toNanos();

    private final String name;
    private final PoolParts parts;
    private final Reconnects reconnects;
    /** INVARIANT: written only by whoever reconnects, of whom there is one at a time. */
    private volatile PoolGeneration current;

    private volatile boolean closed;
    private volatile @Nullable PoolCloseReport report;

    private HikariClickHousePool(String name, ClickHouseSettings settings, PoolParts parts) {
        this.name = name;
        this.parts = parts;
        this.reconnects = new Reconnects(name, parts);
        this.current = PoolGeneration.start(new ClickHouseSubject(name, settings, parts.policy()), parts);
    }

    /**
     * Opens a pool with the standard policy. Returns at once, whether the server is there or not.
     *
     * @param name shown in logs and messages; {@code [a-z][a-z0-9-]{0,62}}
     * @param settings where, and how many
     * @return the pool; close it
     * @throws io.github.pavelagarkov.kernel.KernelException if HikariCP or the driver is missing; names the artifact to add
     */
    public static HikariClickHousePool open(String name, ClickHouseSettings settings) {
        return builder(name, settings).open();
    }

    /**
     * {@return describes a pool that differs}
     *
     * @param name shown in logs and messages; {@code [a-z][a-z0-9-]{0,62}}
     * @param settings where, and how many
     */
    public static Builder builder(String name, ClickHouseSettings settings) {
        return new Builder(Check.name("pool name", name), Check.notNull("settings of clickhouse pool", settings));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ClickHouseSettings settings() {
        return current.settings();
    }

    @Override
    public Connection connection() throws SQLException {
        try {
            return lend().connection();
        } catch (IllegalStateException e) {
            throw new SQLNonTransientConnectionException(e.getMessage(), "08003", e);
        }
    }

    private BorrowedCalls.Lent lend() throws SQLException {
        while (true) {
            if (closed) {
                throw new IllegalStateException(subject().text() + " is closed");
            }
            PoolGeneration generation = current;
            try {
                return new BorrowedCalls.Lent(generation.pool().source().getConnection(), generation.pool());
            } catch (SQLException e) {
                if (closed) {
                    throw new IllegalStateException(subject().text() + " is closed");
                }
                if (generation.equals(current)) {
                    throw e;
                }
                // Somebody has reconnected meanwhile: the new connections are as good.
            }
        }
    }

    @Override
    public <T> T execute(CallSpec spec, ClickHouseWork<T> work) {
        Check.notNull("call spec", spec);
        Check.notNull("work", work);
        return new CallAttempts<>(subject(), new BorrowedCalls(this::lend, parts), parts, spec, work).run();
    }

    @Override
    public ReconnectReport reconnect() {
        refuseIfClosed();
        // Whatever is in force when it is this call's turn: somebody else may be changing that now.
        return reconnects.reconnect(() -> current, Optional.empty(), this::swap);
    }

    @Override
    public ReconnectReport reconnect(ClickHouseSettings settings) {
        Check.notNull("settings of " + subject().text(), settings);
        refuseIfClosed();
        return reconnects.reconnect(() -> current, Optional.of(settings), this::swap);
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException(subject().text() + " is closed");
        }
    }

    private boolean swap(PoolGeneration next) {
        current = next;
        return !closed;
    }

    @Override
    public PoolPing ping(Duration atMost) {
        Check.positive("patience of the ping of " + subject().text(), atMost);
        return current.probe().ask(atMost);
    }

    @Override
    public PoolStats stats() {
        return current.pool().stats();
    }

    @Override
    public PoolCloseReport close(Duration atMost) {
        Check.positive("time to close " + subject().text(), atMost);
        long until = Deadlines.after(parts.clock(), atMost);
        closed = true;
        PoolCloseReport known = report;
        if (known != null) {
            return known;
        }
        reconnects.hurry(atMost);
        PoolCloseReport mine = current.pool().close(atMost);
        PoolCloseReport old = reconnects.awaitDrained(Deadlines.left(parts.clock(), until));
        parts.timer().stop();
        PoolCloseReport all = new PoolCloseReport(
                mine.cut() + old.cut(),
                mine.complete() && old.complete(),
                mine.took().plus(old.took()));
        report = all;
        return all;
    }

    @Override
    public void close() {
        var unused = close(CLOSE);
    }

    private ClickHouseSubject subject() {
        return new ClickHouseSubject(name, current.settings(), parts.policy());
    }

    @Override
    public String toString() {
        return "ClickHousePool[" + name + ", " + settings().address() + "]";
    }

    /** Describes a pool. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final ClickHouseSettings settings;
        private ClickHouseErrorPolicy policy = ClickHouseErrors.standard();
        private KernelClock clock = KernelClock.system();
        private ThreadFactory threads = task -> KernelThreads.system().newThread("kernel-clickhouse", task);
        private Consumer<Supplier<ClickHouseEvent>> events = event -> {};

        private Builder(String name, ClickHouseSettings settings) {
            this.name = name;
            this.settings = settings;
        }

        /**
         * Sets what failures mean.
         *
         * @param judge the standard policy if this is never called
         * @return this builder
         */
        public Builder policy(ClickHouseErrorPolicy judge) {
            policy = Check.notNull("clickhouse error policy", judge);
            return this;
        }

        /**
         * Sets the clock.
         *
         * @param other measures pauses and patience, but for those inside HikariCP
         * @return this builder
         */
        public Builder clock(KernelClock other) {
            clock = Check.notNull("clock", other);
            return this;
        }

        /**
         * Sets where threads come from.
         *
         * @param factory makes all threads of the pool, HikariCP's as well
         * @return this builder
         */
        public Builder threads(ThreadFactory factory) {
            threads = Check.notNull("thread factory", factory);
            return this;
        }

        /**
         * Sets who is told what happens.
         *
         * @param listener takes a supplier of the event, so that none is made if nobody wants it; must not block or throw
         * @return this builder
         */
        public Builder events(Consumer<Supplier<ClickHouseEvent>> listener) {
            events = Check.notNull("listener", listener);
            return this;
        }

        /**
         * Opens the pool. Returns at once, whether the server is there or not.
         *
         * @return the pool; close it
         * @throws io.github.pavelagarkov.kernel.KernelException if HikariCP or the driver is missing; names the artifact to add
         */
        public HikariClickHousePool open() {
            String subject = "clickhouse pool '" + name + "'";
            Libraries.require("com.zaxxer.hikari.HikariDataSource", "com.zaxxer:HikariCP", subject);
            Libraries.require(ClickHouseDriver.CLASS, "com.clickhouse:clickhouse-jdbc", subject);
            ThreadFactory named = named();
            HeapTimer timer = new HeapTimer(clock, KernelThreads.of(named), "kernel-clickhouse-" + name, RESOLUTION);
            PoolParts parts = new PoolParts(
                    clock,
                    named,
                    timer,
                    policy,
                    bound -> ThreadLocalRandom.current().nextLong(bound),
                    events);
            HikariClickHousePool pool = new HikariClickHousePool(name, settings, parts);
            timer.start();
            return pool;
        }

        private ThreadFactory named() {
            return task -> {
                Thread thread = threads.newThread(task);
                thread.setName("kernel-clickhouse-" + name);
                thread.setDaemon(true);
                return thread;
            };
        }
    }
}
