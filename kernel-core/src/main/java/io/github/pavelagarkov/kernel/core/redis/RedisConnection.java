package io.github.pavelagarkov.kernel.core.redis;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.OptionalOptions;
import org.redisson.client.codec.StringCodec;

/**
 * One Redis, reached in the background. Until it has answered for the first time every call fails at once with {@link
 * BackendUnavailableException}.
 *
 * <p>Thread-safe.
 */
public final class RedisConnection implements AutoCloseable {
    private static final long FIRST_PAUSE = Duration.ofMillis(100).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofSeconds(2).toNanos();
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(2);

    private final String address;
    private final Duration commandTimeout;
    private final Supplier<RedissonClient> opener;
    private final boolean ownClient;
    private final KernelClock clock;
    private final Thread connector;
    private final AtomicBoolean begun = new AtomicBoolean();
    /** Completed when the first attempt to connect has ended, well or not. */
    private final CompletableFuture<Void> firstAttempt = new CompletableFuture<>();

    private final List<Runnable> whenReady = new CopyOnWriteArrayList<>();
    private final List<Runnable> beforeClose = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();

    private volatile @Nullable RedissonClient client;
    private volatile @Nullable RScript script;
    private volatile @Nullable BackendUnavailableException trouble;
    private volatile boolean closed;

    private RedisConnection(
            String address,
            Duration commandTimeout,
            Supplier<RedissonClient> opener,
            boolean ownClient,
            KernelClock clock,
            ThreadFactory threads) {
        this.address = address;
        this.commandTimeout = commandTimeout;
        this.opener = opener;
        this.ownClient = ownClient;
        this.clock = clock;
        this.connector = threads.newThread(this::connectUntilReady);
        connector.setName("kernel-redis-connect");
        connector.setDaemon(true);
    }

    /**
     * Opens a client of our own, with few threads and few connections. Returns at once.
     *
     * @param settings where
     * @param clock measures the pauses between attempts
     * @param threads makes the one thread that connects
     * @return the connection; close it
     */
    public static RedisConnection open(RedisSettings settings, KernelClock clock, ThreadFactory threads) {
        Check.notNull("redis settings", settings);
        return open(settings, () -> Redisson.create(RedissonConfigs.of(settings)), clock, threads);
    }

    /**
     * Makes the same connection, which begins to connect when {@link #connect()} is called or when it is first used: a start of
     * a process has better things to do than to load a client nobody needs yet.
     *
     * @param settings where
     * @param clock measures the pauses between attempts
     * @param threads makes the one thread that connects
     * @return the connection; close it
     */
    public static RedisConnection onDemand(RedisSettings settings, KernelClock clock, ThreadFactory threads) {
        Check.notNull("redis settings", settings);
        return onDemand(settings, () -> Redisson.create(RedissonConfigs.of(settings)), clock, threads);
    }

    static RedisConnection onDemand(
            RedisSettings settings, Supplier<RedissonClient> opener, KernelClock clock, ThreadFactory threads) {
        return new RedisConnection(settings.address(), settings.commandTimeout(), opener, true, clock, threads);
    }

    static RedisConnection open(
            RedisSettings settings, Supplier<RedissonClient> opener, KernelClock clock, ThreadFactory threads) {
        return connecting(onDemand(settings, opener, clock, threads));
    }

    /**
     * Uses a client of yours: never changed, never closed, all options are given with each call. Returns at once.
     *
     * @param client any topology
     * @param clock measures the pauses between attempts
     * @param threads makes the one thread that connects
     * @return the connection; close it to end its subscriptions
     * @throws IllegalArgumentException if the client maps names: keys and channels would not be those of other processes
     */
    public static RedisConnection over(RedissonClient client, KernelClock clock, ThreadFactory threads) {
        RedissonConfigs.refuseNameMapper(Check.notNull("redisson client", client));
        return connecting(new RedisConnection(
                "redis (client of the application)", COMMAND_TIMEOUT, () -> client, false, clock, threads));
    }

    private static RedisConnection connecting(RedisConnection connection) {
        connection.connect();
        return connection;
    }

    /** Begins to connect, in the background, unless that has begun. */
    public void connect() {
        if (!closed && begun.compareAndSet(false, true)) {
            connector.start();
        }
    }

    /** {@return where, without a secret} */
    public String address() {
        return address;
    }

    /** {@return whether Redis has answered since this connection was opened} */
    public boolean isReady() {
        return script != null;
    }

    /**
     * Asks Redis for a sign of life.
     *
     * @return completed when it has answered, failed with {@link BackendUnavailableException} if it has not in the command
     *     timeout
     */
    public CompletionStage<Void> ping() {
        return eval("return 1", List.of()).thenAccept(ignored -> {});
    }

    /** Redisson's blocking calls belong on this thread: a client that has never connected makes its callers wait. */
    private void connectUntilReady() {
        long pause = FIRST_PAUSE;
        while (!closed) {
            try {
                RScript ready = prove(client());
                if (ready == null) {
                    return;
                }
                script = ready;
                trouble = null;
                firstAttempt.complete(null);
                whenReady.forEach(this::runOnce);
                return;
            } catch (RuntimeException e) {
                trouble = RedisFailures.translate(address, e);
            } catch (LinkageError e) {
                // A library of Redisson's is missing: without this the thread would end and nobody would ever hear why.
                trouble =
                        new BackendUnavailableException(address + " cannot be reached, the client is broken: " + e, e);
            }
            firstAttempt.complete(null);
            try {
                clock.park(clock.nanoTime() + pause);
            } catch (InterruptedException e) {
                // close() interrupts; the loop looks at the flag.
                continue;
            }
            pause = Math.min(pause * 2, LONGEST_PAUSE);
        }
    }

    /** Only the connecting thread comes here. */
    private RedissonClient client() {
        RedissonClient open = client;
        if (open != null) {
            return open;
        }
        // Not under the lock: making a client can take seconds, for which close() must not wait.
        RedissonClient made = opener.get();
        synchronized (lock) {
            if (!closed) {
                client = made;
                return made;
            }
        }
        shutDown(made);
        throw new BackendUnavailableException(address + " was closed while it was being opened");
    }

    private @Nullable RScript prove(RedissonClient open) {
        RScript candidate = open.getScript(OptionalOptions.defaults()
                .codec(StringCodec.INSTANCE)
                .timeout(commandTimeout)
                .retryAttempts(0));
        candidate.eval(RScript.Mode.READ_ONLY, "return 1", RScript.ReturnType.LONG);
        return closed ? null : candidate;
    }

    /**
     * Runs an action once Redis has answered; at once if it has.
     *
     * @param action may block; called on the connecting thread or the caller's
     */
    void whenReady(Runnable action) {
        whenReady.add(action);
        if (isReady()) {
            runOnce(action);
        }
    }

    /** The connecting thread and the one that adds an action may both see it: who takes it out of the list runs it. */
    private void runOnce(Runnable action) {
        if (whenReady.remove(action)) {
            action.run();
        }
    }

    /**
     * Begins to connect, unless that has begun.
     *
     * @return completed when the first attempt has ended, well or not, or this connection is closed; by the connecting thread
     */
    CompletionStage<Void> firstAttempt() {
        connect();
        return firstAttempt;
    }

    /**
     * Runs an action when this connection is closed, before its client becomes unusable. Not for a client of our own, which
     * ends with all that hangs on it.
     *
     * @param action must not block
     * @return takes the action back
     */
    Registration beforeClose(Runnable action) {
        beforeClose.add(action);
        return () -> beforeClose.remove(action);
    }

    KernelClock clock() {
        return clock;
    }

    @Nullable
    RedissonClient readyClient() {
        return isReady() ? client : null;
    }

    boolean isCluster() {
        RedissonClient open = client;
        return open != null && open.getConfig().isClusterConfig();
    }

    /** Runs a script; every failure is a {@link BackendUnavailableException}. */
    CompletionStage<Object> eval(String lua, List<Object> keys, Object... values) {
        return eval(lua, RScript.ReturnType.VALUE, keys, values);
    }

    <T> CompletionStage<T> eval(String lua, RScript.ReturnType type, List<Object> keys, Object... values) {
        RScript ready = script;
        if (ready == null || closed) {
            connect();
            return CompletableFuture.failedStage(unavailable());
        }
        CompletionStage<T> answer;
        try {
            answer = ready.evalAsync(RScript.Mode.READ_WRITE, lua, type, keys, values);
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(RedisFailures.translate(address, e));
        }
        CompletableFuture<T> translated = new CompletableFuture<>();
        var unused = answer.whenComplete((value, error) -> {
            if (error != null) {
                translated.completeExceptionally(RedisFailures.translate(address, error));
            } else {
                translated.complete(value);
            }
        });
        return translated;
    }

    private BackendUnavailableException unavailable() {
        BackendUnavailableException cause = trouble;
        if (closed) {
            return new BackendUnavailableException(address + " is closed");
        }
        return cause != null ? cause : new BackendUnavailableException(address + " has not answered yet");
    }

    /** Ends the connecting thread and, if the client is ours, its threads and connections. Bounded, idempotent. */
    @Override
    public void close() {
        RedissonClient open;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            open = client;
        }
        connector.interrupt();
        firstAttempt.complete(null);
        if (!ownClient) {
            beforeClose.forEach(Runnable::run);
        }
        script = null;
        if (open != null) {
            shutDown(open);
        }
    }

    private void shutDown(RedissonClient open) {
        if (ownClient) {
            open.shutdown(0, 2, TimeUnit.SECONDS);
        }
    }

    @Override
    public String toString() {
        return "RedisConnection[" + address + (isReady() ? "" : ", not reached yet") + "]";
    }
}
