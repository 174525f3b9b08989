package io.github.pavelagarkov.kernel.conformance;

import com.sun.net.httpserver.HttpServer;
import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.clickhouse.CallSpec;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseWork;
import io.github.pavelagarkov.kernel.clickhouse.ReconnectReport;
import io.github.pavelagarkov.kernel.core.ConfigSource;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.core.internal.leader.InMemoryLeaseStore;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownContext;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.tck.TckApplication;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** {@link PlainHostMain} with one thing wrong. */
public final class BrokenHostMain {
    static final String SWITCH = "tck.break";

    /** What is wrong. */
    enum Switch {
        HOOKS_WITHOUT_DEADLINE,
        FAILED_START_HALTS,
        ENVIRONMENT_FIRST,
        FIRST_PROBLEM_ONLY,
        SAYS_ITS_FILE,
        OWN_PARTS_ONLY,
        ALWAYS_READY,
        BLIND_RECONNECT,
        WRITES_TWICE,
        STALE_CONNECTION,
        STOP_HALTS,
        SAYS_IT_TWICE
    }

    private BrokenHostMain() {}

    /**
     * Runs it.
     *
     * @param args behaviour and file
     * @throws IOException if the file cannot be read
     */
    public static void main(String[] args) throws IOException {
        TckApplication application = TckApplication.of(args[0]);
        Path file = Path.of(args[1]);
        switch (Switch.valueOf(System.getProperty(SWITCH))) {
            case HOOKS_WITHOUT_DEADLINE -> withoutDeadline(application, file);
            case FAILED_START_HALTS -> haltingStart(application, file);
            case ENVIRONMENT_FIRST ->
                PlainHostMain.builder(
                                application,
                                KernelConfig.read(
                                        ConfigSource.environment(),
                                        ConfigSource.systemProperties(),
                                        ConfigSource.file(file)))
                        .build()
                        .run();
            case FIRST_PROBLEM_ONLY -> firstProblemOnly(application, file);
            case SAYS_ITS_FILE -> {
                System.out.println(Files.readString(file));
                PlainHostMain.builder(application, PlainHostMain.config(file))
                        .build()
                        .run();
            }
            case OWN_PARTS_ONLY ->
                PlainHostMain.builder(application, PlainHostMain.config(file))
                        .leaseStore(new InMemoryLeaseStore(KernelClock.system()))
                        .build()
                        .run();
            case ALWAYS_READY -> alwaysReady(application, file);
            case BLIND_RECONNECT ->
                clickHouse(
                        application,
                        file,
                        (pool, method, with) -> method.getName().equals("reconnect")
                                ? new ReconnectReport(true, 0, Duration.ZERO)
                                : call(pool, method, with));
            case WRITES_TWICE ->
                clickHouse(
                        application,
                        file,
                        (pool, method, with) -> method.getName().equals("execute")
                                ? pool.execute(CallSpec.idempotentWrite(), (ClickHouseWork<?>) with[1])
                                : call(pool, method, with));
            case STALE_CONNECTION -> staleConnection(args[0], application, file);
            case SAYS_IT_TWICE -> {
                System.out.println("WARNING: slf4j has no provider");
                PlainHostMain.builder(application, PlainHostMain.config(file))
                        .build()
                        .run();
            }
            case STOP_HALTS ->
                PlainHostMain.builder(application, PlainHostMain.config(file))
                        .hook(HookSpec.of(
                                "halts",
                                ShutdownRegistry.MEDIUM,
                                context -> Runtime.getRuntime().halt(0)))
                        .build()
                        .run();
        }
    }

    private static void withoutDeadline(TckApplication application, Path file) {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> application.hooks().forEach(hook -> {
                    try {
                        hook.action().run(new Unlimited());
                    } catch (Exception e) {
                        System.out.println("hook " + hook.name() + " FAILED: " + e);
                    }
                    System.out.println("hook " + hook.name() + " has ended");
                })));
        PlainHostMain.parts(application, PlainHostMain.config(file))
                .onStart("application", kernel -> application.start(kernel.shutdown(), kernel.readiness()))
                .build()
                .run();
    }

    /** What a hook sees here. */
    private record Unlimited() implements ShutdownContext {
        @Override
        public String reason() {
            return "SIGTERM";
        }

        @Override
        public Duration remaining() {
            return Duration.ofDays(1);
        }
    }

    private static void haltingStart(TckApplication application, Path file) {
        PlainHostMain.hooked(application, PlainHostMain.parts(application, PlainHostMain.config(file)))
                .onStart("application", kernel -> {
                    try {
                        application.start(kernel.shutdown(), kernel.readiness());
                    } catch (IllegalStateException e) {
                        Runtime.getRuntime().halt(1);
                    }
                })
                .build()
                .run();
    }

    private static void firstProblemOnly(TckApplication application, Path file) {
        try {
            PlainHostMain.builder(application, PlainHostMain.config(file))
                    .build()
                    .run();
        } catch (ConfigurationException e) {
            System.out.println(e.problems().get(0));
            System.exit(1);
        }
    }

    private static void alwaysReady(TckApplication application, Path file) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        System.out.println(PlainHostMain.PROBES + server.getAddress().getPort());
        PlainHostMain.builder(application, PlainHostMain.config(file)).build().run();
    }

    private static void staleConnection(String behaviour, TckApplication application, Path file) {
        PlainHostMain.hooked(application, PlainHostMain.parts(application, PlainHostMain.config(file)))
                .onStart("application", kernel -> {
                    application.start(kernel.shutdown(), kernel.readiness());
                    DataSource pool = kernel.postgres(TckApplication.POOL).dataSource();
                    application.use(
                            behaviour.equals(TckApplication.Behaviour.BORROWS.name()) ? lendingOne(pool) : pool,
                            SuiteLog.threads(kernel));
                })
                .build()
                .run();
    }

    /** {@return lends the first connection that works, again and again} */
    private static DataSource lendingOne(DataSource pool) {
        AtomicReference<Connection> kept = new AtomicReference<>();
        return proxy(DataSource.class, (self, method, args) -> {
            if (kept.get() == null) {
                kept.set((Connection) Objects.requireNonNull(call(pool, method, args)));
            }
            Connection lent = Objects.requireNonNull(kept.get());
            return proxy(Connection.class, (its, called, with) -> {
                return called.getName().equals("close") ? null : call(lent, called, with);
            });
        });
    }

    /** What becomes of a call of a pool. */
    private interface Bent {
        @Nullable
        Object call(ClickHousePool pool, Method method, @Nullable Object[] args) throws Throwable;
    }

    private static void clickHouse(TckApplication application, Path file, Bent bent) {
        PlainHostMain.hooked(application, PlainHostMain.parts(application, PlainHostMain.config(file)))
                .onStart("application", kernel -> {
                    application.start(kernel.shutdown(), kernel.readiness());
                    ClickHousePool pool = kernel.clickHouse(TckApplication.POOL);
                    application.use(
                            proxy(ClickHousePool.class, (self, method, args) -> bent.call(pool, method, args)),
                            SuiteLog.threads(kernel));
                })
                .build()
                .run();
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(Object target, Method method, @Nullable Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw Objects.requireNonNull(e.getCause());
        }
    }
}
