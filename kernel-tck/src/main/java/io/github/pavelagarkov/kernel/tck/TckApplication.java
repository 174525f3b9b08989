package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownAction;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/**
 * The application that a host runs while its rules are tested. Says what it does on standard output, each line beginning
 * with {@link #SAYS}.
 *
 * <p>A host for the suite asks {@link #of} for it, gives {@link #leaseStore()}, {@link #jobs()} and {@link #hooks()} to its
 * kernel, joins the election {@code tck} if there is a lease store, calls {@link #start} as it starts a user's component, and after
 * that writes {@link #entry()} and hands over its pools, if there are any: {@link #use(DataSource, Executor)}.
 *
 * <p>Thread-safe.
 */
public final class TckApplication {
    /** How every line of the application begins. */
    public static final String SAYS = "tck: ";

    /** The election to join if there is a {@link #leaseStore()}. */
    public static final String ELECTION = "tck";

    /** How many want a connection of the pool at once and keep it, in {@link Behaviour#HOARDS}. */
    public static final int HOARDERS = 8;

    /** The pool of connections to PostgreSQL or ClickHouse to use, if the settings list it. */
    public static final String POOL = "tck";

    /** What an application does. */
    public enum Behaviour {
        /** Two hooks, {@code first} and {@code last}, and nothing else. */
        WAITS,
        /** A hook between them that calls System.exit(3). */
        HOOK_EXITS,
        /** A hook between them that never ends and ignores interrupts. */
        HOOK_HANGS,
        /** A hook between them that throws. */
        HOOK_THROWS,
        /** A component that registers the hook {@code early} and then cannot start. */
        START_FAILS,
        /** A component that never becomes ready. */
        NEVER_READY,
        /** A job that throws an OutOfMemoryError at its first run. */
        JOB_FATAL,
        /** A lease store of its own, which tells every candidate that another leads. */
        FOLLOWS,
        /** Has something to say in the log: {@link TckApplication#entry()}. */
        LOGS,
        /** The same, and nothing can go on after it. */
        LOGS_FATAL,
        /** Borrows a connection of its pool again and again. */
        BORROWS,
        /** Wants more connections of its pool than there are, and gives none back. */
        HOARDS,
        /** Borrows connections to ClickHouse while it has them replaced, by wrong ones first. */
        RECONNECTS,
        /** Writes a row to ClickHouse that must not be written twice, and one that may. */
        WRITES
    }

    private final Behaviour behaviour;

    private TckApplication(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    /**
     * {@return the application of that behaviour}
     *
     * @param behaviour name of a {@link Behaviour}, in any case
     * @throws IllegalArgumentException if there is none of that name
     */
    public static TckApplication of(String behaviour) {
        return new TckApplication(Behaviour.valueOf(behaviour.toUpperCase(Locale.ROOT)));
    }

    /** {@return a lease store for the host to use instead of its own} */
    public Optional<LeaseStore> leaseStore() {
        return behaviour == Behaviour.FOLLOWS
                ? Optional.of(new TakenLeaseStore(TckApplication::say))
                : Optional.empty();
    }

    /**
     * What the application wants to say by the structured log of its host.
     *
     * @param component the part that speaks
     * @param operation what it did
     * @param args what it did it with
     * @param result what came out
     * @param took how long it took
     * @param fatal whether the process has to end
     */
    public record Entry(
            String component,
            String operation,
            Map<String, Object> args,
            String result,
            Duration took,
            boolean fatal) {}

    /** {@return what to write once the application has started, at INFO or as a fatal error} */
    public Optional<Entry> entry() {
        return behaviour != Behaviour.LOGS && behaviour != Behaviour.LOGS_FATAL
                ? Optional.empty()
                : Optional.of(new Entry(
                        "tck-ledger",
                        "close-books",
                        Map.of("year", 1492),
                        "books closed",
                        Duration.ofMillis(1_234),
                        behaviour == Behaviour.LOGS_FATAL));
    }

    /** {@return the jobs to schedule} */
    public List<JobSpec> jobs() {
        return behaviour != Behaviour.JOB_FATAL
                ? List.of()
                : List.of(JobSpec.named("tck-fatal")
                        .every(Duration.ofDays(1))
                        .initialDelay(Duration.ofMillis(1))
                        .task(context -> {
                            say("job fatal");
                            throw new OutOfMemoryError("thrown by the suite, not by the JVM");
                        })
                        .build());
    }

    /** {@return the hooks to register before the start} */
    public List<HookSpec> hooks() {
        HookSpec first = says("first", ShutdownRegistry.IMMEDIATE);
        HookSpec last = says("last", ShutdownRegistry.LOWEST - 1);
        return switch (behaviour) {
            case HOOK_EXITS -> List.of(first, hook("exits", context -> System.exit(3)), last);
            case HOOK_HANGS -> List.of(first, hook("hangs", context -> hang()), last);
            case HOOK_THROWS ->
                List.of(
                        first,
                        hook("throws", context -> {
                            throw new IllegalStateException("thrown by the suite");
                        }),
                        last);
            case WAITS,
                    START_FAILS,
                    NEVER_READY,
                    JOB_FATAL,
                    FOLLOWS,
                    LOGS,
                    LOGS_FATAL,
                    BORROWS,
                    HOARDS,
                    RECONNECTS,
                    WRITES -> List.of(first, last);
        };
    }

    private static HookSpec hook(String name, ShutdownAction action) {
        return HookSpec.of("tck-" + name, ShutdownRegistry.MEDIUM, context -> {
            say("hook " + name + " begins");
            action.run(context);
        });
    }

    private static HookSpec says(String name, int priority) {
        return HookSpec.of("tck-" + name, priority, context -> say("hook " + name));
    }

    private static void hang() {
        CountDownLatch never = new CountDownLatch(1);
        while (true) {
            try {
                never.await();
            } catch (InterruptedException e) {
                say("hook hangs ignores its interrupt");
            }
        }
    }

    /**
     * Starts the user's component of the application.
     *
     * @param shutdown of the host
     * @param readiness of the host
     * @throws IllegalStateException if the behaviour is to fail here
     */
    public void start(ShutdownRegistry shutdown, ReadinessBarrier readiness) {
        say("starts");
        switch (behaviour) {
            case START_FAILS -> {
                var unused = shutdown.register(says("early", ShutdownRegistry.MEDIUM));
                throw new IllegalStateException("tck: this component cannot start");
            }
            case NEVER_READY -> {
                ReadinessComponent component = readiness.component("tck-never");
                var unused = component.notReady("the suite wants it so");
            }
            case WAITS,
                    HOOK_EXITS,
                    HOOK_HANGS,
                    HOOK_THROWS,
                    JOB_FATAL,
                    FOLLOWS,
                    LOGS,
                    LOGS_FATAL,
                    BORROWS,
                    HOARDS,
                    RECONNECTS,
                    WRITES -> {
                // Nothing to start.
            }
        }
    }

    /**
     * Uses connections to PostgreSQL. Returns at once.
     *
     * @param pool the one named {@link #POOL}, which the settings list
     * @param threads runs each task on a thread of its own
     */
    public void use(DataSource pool, Executor threads) {
        use(new PoolUser(pool::getConnection, threads, TckApplication::say));
    }

    private void use(PoolUser user) {
        if (behaviour == Behaviour.BORROWS || behaviour == Behaviour.RECONNECTS) {
            user.borrow();
        } else if (behaviour == Behaviour.HOARDS) {
            user.hoard();
        }
    }

    /**
     * Uses connections to ClickHouse. Returns at once.
     *
     * @param pool the one named {@link #POOL}, which the settings list
     * @param threads runs each task on a thread of its own
     */
    public void use(ClickHousePool pool, Executor threads) {
        use(new PoolUser(pool::connection, threads, TckApplication::say));
        ClickHouseUser user = new ClickHouseUser(pool, threads, TckApplication::say);
        if (behaviour == Behaviour.RECONNECTS) {
            user.reconnect();
        } else if (behaviour == Behaviour.WRITES) {
            user.write();
        }
    }

    private static void say(String what) {
        System.out.println(SAYS + what);
    }
}
