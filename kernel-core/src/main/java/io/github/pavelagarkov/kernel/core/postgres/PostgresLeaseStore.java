package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.pool.ConnectionSource;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/**
 * Keeps leases in PostgreSQL: a row for each, by the clock of the server, and one channel of notifications for all releases.
 *
 * <p>Two connections and two threads, for any number of leases. The table is created when it is missed; where that is not
 * allowed, {@link #ddl()} says what to create. Rows stay after a release, so that their fencing tokens grow on. Whoever locks
 * by ever new names deletes the old ones from time to time, {@code DELETE FROM kernel_lease WHERE expires_at < now() -
 * interval '1 day'}: the next token of such a name is the server's clock, greater than any before.
 *
 * <p>Behind PgBouncer in transaction mode everything works but notifications, for which a session is needed: candidates then
 * find a free lease by looking, at the latest after {@code poll-max}. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md LE-6, LE-9, PG-5</a>
 */
public final class PostgresLeaseStore implements LeaseStore {
    private static final String DRIVER = "org.postgresql.PGConnection";
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final int THREADS = 2;

    private final String address;
    private final PostgresLeases leases;
    private final LeaseNames names;
    private final KernelClock clock;
    private final CallQueue queue = new CallQueue();
    private final EngineConnection connection;
    private final ReleaseEar ear;
    private final Thread worker;
    private final Thread listener;
    private final List<ReleaseListener> listeners = new CopyOnWriteArrayList<>();
    private final boolean notifies = hasDriver();
    private final ClockGate gate;
    private final AtomicInteger ended = new AtomicInteger();

    private PostgresLeaseStore(
            ConnectionSource source, String address, PostgresLeases leases, KernelClock clock, ThreadFactory threads) {
        this.address = address;
        this.leases = leases;
        this.clock = clock;
        this.names = new LeaseNames(leases.application());
        this.gate = new ClockGate(clock);
        this.connection = new EngineConnection(source, address, leases, clock);
        LeaseStatements statements = new LeaseStatements(leases, names, address);
        this.ear = new ReleaseEar(source, clock, this::tellReleased, this::tellGap, this::threadEnded);
        this.worker = daemon(
                threads,
                "kernel-postgres",
                new CallWorker(queue, connection, statements, address, clock, this::threadEnded));
        this.listener = daemon(threads, "kernel-postgres-listen", ear);
    }

    private static Thread daemon(ThreadFactory threads, String name, Runnable task) {
        Thread thread = threads.newThread(task);
        thread.setName(name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Opens a store with two connections of its own. Returns at once, whether the server is there or not.
     *
     * @param settings where
     * @param leases which leases, in which table
     * @param clock measures pauses and patience
     * @param threads makes the two threads
     * @return the store; close it
     */
    public static PostgresLeaseStore open(
            PostgresSettings settings, PostgresLeases leases, KernelClock clock, ThreadFactory threads) {
        Check.notNull("postgres settings", settings);
        return started(PgDriver.connections(settings), settings.address(), leases, clock, threads);
    }

    /**
     * Uses connections of yours: two, borrowed for as long as the store is open, or until they break. A pool needs that
     * many to spare, and no limit on how long one is away. Returns at once.
     *
     * @param source of connections to PostgreSQL; how long opening one may take is its own setting
     * @param leases which leases, in which table
     * @param clock measures pauses and patience
     * @param threads makes the two threads
     * @return the store; close it
     */
    public static PostgresLeaseStore over(
            DataSource source, PostgresLeases leases, KernelClock clock, ThreadFactory threads) {
        Check.notNull("data source", source);
        return started(source::getConnection, "postgres (DataSource of the application)", leases, clock, threads);
    }

    private static PostgresLeaseStore started(
            ConnectionSource source, String address, PostgresLeases leases, KernelClock clock, ThreadFactory threads) {
        Check.notNull("postgres leases", leases);
        PostgresLeaseStore store = new PostgresLeaseStore(source, address, leases, clock, threads);
        store.worker.start();
        store.listener.start();
        return store;
    }

    /** {@return what creates the table with its default name, for a database where the service may not} */
    public static String ddl() {
        return ddl(PostgresLeases.TABLE);
    }

    /**
     * {@return what creates the table; the service then needs SELECT, INSERT and UPDATE on it}
     *
     * @param table {@code table} or {@code schema.table}
     * @throws IllegalArgumentException if it cannot be a name
     */
    public static String ddl(String table) {
        return LeaseSql.ddl(PostgresLeases.of("any").in(table).table());
    }

    /** {@return where, without a secret} */
    public String address() {
        return address;
    }

    private static boolean hasDriver() {
        try {
            Class.forName(DRIVER, false, PostgresLeaseStore.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    @Override
    public Set<Capability> capabilities() {
        return notifies
                ? Set.of(Capability.NOTIFY, Capability.FENCE_SURVIVES_DATA_LOSS)
                : Set.of(Capability.FENCE_SURVIVES_DATA_LOSS);
    }

    @Override
    public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
        if (batch.isEmpty()) {
            return CompletableFuture.completedStage(List.of());
        }
        CompletableFuture<List<LeaseReply>> answer = new CompletableFuture<>();
        enqueue(new Call.Lease(List.copyOf(batch), Deadlines.after(clock, leases.attempt()), answer));
        return answer;
    }

    @Override
    public CompletionStage<Boolean> release(LeaseKey key, String leaseId) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        enqueue(new Call.Release(new LeaseStatements.Release(key, leaseId), answer));
        return answer;
    }

    @Override
    public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
        CompletableFuture<Optional<LeaderInfo>> answer = new CompletableFuture<>();
        enqueue(new Call.Holder(key, answer));
        return answer;
    }

    private void enqueue(Call call) {
        if (!queue.offer(call)) {
            call.fail(new BackendUnavailableException(
                    address + " takes no more calls: it is closed, or " + CallQueue.CAPACITY + " wait already"));
        }
    }

    @Override
    public Registration subscribe(ReleaseListener listener) {
        listeners.add(Check.notNull("listener", listener));
        return () -> listeners.remove(listener);
    }

    private void tellReleased(String payload) {
        names.released(payload).ifPresent(key -> listeners.forEach(listener -> listener.onReleased(key)));
    }

    private void tellGap() {
        connection.serverSeen();
        listeners.forEach(ReleaseListener::onGap);
    }

    private void threadEnded() {
        ended.incrementAndGet();
        gate.signalAll();
    }

    /** Ends both threads and closes both connections; waits for them, but not for a server that does not answer. */
    @Override
    public void close() {
        listeners.clear();
        BackendUnavailableException why = new BackendUnavailableException(address + " is closed");
        queue.close().forEach(call -> call.fail(why));
        connection.abort();
        ear.close();
        worker.interrupt();
        listener.interrupt();
        try {
            boolean unused = gate.await(() -> ended.get() == THREADS, Deadlines.after(clock, CLOSE));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "PostgresLeaseStore[" + address + ", " + leases + "]";
    }
}
