package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.host.Libraries;
import io.github.pavelagarkov.kernel.core.internal.pool.OwnPool;
import io.github.pavelagarkov.kernel.core.internal.pool.PoolProbe;
import io.github.pavelagarkov.kernel.pool.PoolCloseReport;
import io.github.pavelagarkov.kernel.pool.PoolPing;
import io.github.pavelagarkov.kernel.pool.PoolStats;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Lends connections to one PostgreSQL.
 *
 * <pre>{@code
 * try (Connection connection = kernel.postgres("orders").dataSource().getConnection()) { … }
 * }</pre>
 *
 * <p>Opening it never blocks and never fails because the server is away. A server that has been away is used again within a
 * second of its return: connections that died with it are replaced, not handed out. Needs {@code com.zaxxer:HikariCP} and
 * {@code org.postgresql:postgresql}; a pool over a DataSource of yours needs neither.
 *
 * <p>Not promised: that a connection that is lent out survives anything, or that one which dies in your hands is noticed before
 * you use it. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md PG-1 to PG-4</a>
 */
public final class PostgresPool implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final String name;
    private final Optional<PostgresPoolSettings> settings;
    private final DataSource source;
    private final PoolProbe probe;
    /** Nothing for a data source of the application. */
    private final @Nullable OwnPool own;

    /**
     * A connection that could not be opened.
     *
     * @param at when
     * @param reason why, without a secret
     */
    public record Failure(Instant at, String reason) {}

    private PostgresPool(
            String name,
            Optional<PostgresPoolSettings> settings,
            DataSource source,
            PoolProbe probe,
            @Nullable OwnPool own) {
        this.name = name;
        this.settings = settings;
        this.source = source;
        this.probe = probe;
        this.own = own;
    }

    /**
     * Opens a pool with connections of its own, on threads of this JVM. Returns at once, whether the server is there or not.
     *
     * @param name shown in logs and messages; {@code [a-z][a-z0-9-]{0,62}}
     * @param settings where, and how many
     * @return the pool; close it
     * @throws io.github.pavelagarkov.kernel.KernelException if HikariCP or the driver is missing; names the artifact to add
     */
    public static PostgresPool open(String name, PostgresPoolSettings settings) {
        return open(
                name,
                settings,
                KernelClock.system(),
                task -> KernelThreads.system().newThread("kernel-postgres", task));
    }

    /**
     * Opens a pool with connections of its own. Returns at once, whether the server is there or not.
     *
     * @param name shown in logs and messages; {@code [a-z][a-z0-9-]{0,62}}
     * @param settings where, and how many
     * @param clock measures pauses and patience, but for those inside HikariCP
     * @param threads makes all threads of the pool, HikariCP's as well
     * @return the pool; close it
     * @throws io.github.pavelagarkov.kernel.KernelException if HikariCP or the driver is missing; names the artifact to add
     */
    public static PostgresPool open(
            String name, PostgresPoolSettings settings, KernelClock clock, ThreadFactory threads) {
        String subject = subject(name);
        Check.notNull("settings of " + subject, settings);
        Check.notNull("clock of " + subject, clock);
        ThreadFactory named = named(name, Check.notNull("threads of " + subject, threads));
        Libraries.require("com.zaxxer.hikari.HikariDataSource", "com.zaxxer:HikariCP", subject);
        Libraries.require(PostgresPoolSettings.DRIVER_CLASS, "org.postgresql:postgresql", subject);
        PostgresSubject own = new PostgresSubject(name, subject, settings.address());
        OwnPool pool = OwnPool.start(own, settings.limits(), PgDriver.connections(name, settings), clock, named);
        PoolProbe probe = new PoolProbe(pool::openForProbe, own, pool::trouble, clock, named);
        return new PostgresPool(name, Optional.of(settings), pool.source(), probe, pool);
    }

    /**
     * Gives a name to a DataSource of yours: of a container, or another pool. It is used and never closed. Returns at once.
     *
     * @param name shown in messages; {@code [a-z][a-z0-9-]{0,62}}
     * @param source of connections; how many, and how long opening one may take, are its own settings
     * @param clock measures patience
     * @param threads makes the thread that {@link #ping} asks on
     * @return the pool; closing it does nothing
     */
    public static PostgresPool over(String name, DataSource source, KernelClock clock, ThreadFactory threads) {
        String subject = subject(name);
        Check.notNull("data source of " + subject, source);
        Check.notNull("clock of " + subject, clock);
        ThreadFactory named = named(name, Check.notNull("threads of " + subject, threads));
        PostgresSubject theirs = new PostgresSubject(name, subject, subject + " (DataSource of the application)");
        PoolProbe probe = new PoolProbe(source::getConnection, theirs, Optional::empty, clock, named);
        return new PostgresPool(name, Optional.empty(), source, probe, null);
    }

    private static String subject(String name) {
        return "postgres pool '" + Check.name("pool name", name) + "'";
    }

    private static ThreadFactory named(String name, ThreadFactory threads) {
        return task -> {
            Thread thread = threads.newThread(task);
            thread.setName("kernel-postgres-" + name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** {@return the name of the pool} */
    public String name() {
        return name;
    }

    /** {@return where the connections come from; give each back by closing it} */
    public DataSource dataSource() {
        return source;
    }

    /** {@return what it was opened with; empty for a DataSource of the application} */
    public Optional<PostgresPoolSettings> settings() {
        return settings;
    }

    /** {@return how busy it is now; empty for a DataSource of the application} */
    public Optional<PoolStats> stats() {
        return Optional.ofNullable(own).map(OwnPool::stats);
    }

    /**
     * {@return the last connection that could not be opened, whatever has come since; empty if there was none, and for a
     * DataSource of the application}
     */
    public Optional<Failure> lastFailure() {
        return Optional.ofNullable(own)
                .flatMap(OwnPool::lastFailure)
                .map(failure -> new Failure(failure.at(), failure.reason()));
    }

    /**
     * Asks the database for a sign of life. Never throws because there is none. A pool that has lent out everything is asked
     * on a connection beside it: busy is not dead.
     *
     * @param atMost how long it may take; positive
     * @return whether it answered in that time, otherwise why not
     */
    public PoolPing ping(Duration atMost) {
        return probe.ask(Check.positive("patience of the ping of " + subject(name), atMost));
    }

    /**
     * Closes it: lends no more, waits for what is lent out, and cuts what has not come back when the time is nearly over.
     * Idempotent: later calls return the report of the first. Leaves a DataSource of the application alone.
     *
     * @param atMost how long it may take; positive
     * @return what became of the connections
     */
    public PoolCloseReport close(Duration atMost) {
        Check.positive("time to close " + subject(name), atMost);
        OwnPool ours = own;
        return ours == null ? new PoolCloseReport(0, true, Duration.ZERO) : ours.close(atMost);
    }

    /** The same as {@link #close(Duration)} with 5 s, without the report. */
    @Override
    public void close() {
        var unused = close(CLOSE);
    }

    @Override
    public String toString() {
        return "PostgresPool[" + name + ", "
                + settings.map(PostgresPoolSettings::address).orElse("DataSource of the application") + "]";
    }
}
