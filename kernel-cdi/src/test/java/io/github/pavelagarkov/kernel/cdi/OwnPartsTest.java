package io.github.pavelagarkov.kernel.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.tck.TckApplication;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** CF-5: beans of the application in place of parts of the kernel. */
class OwnPartsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Map<String, String> NAMES =
            Map.of("kernel.application", "shop", "kernel.leader.names", "billing");
    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    /** {@return a part that says which of its methods was called, and answers nothing} */
    private static <T> T part(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            return switch (method.getName()) {
                case "hashCode" -> System.identityHashCode(self);
                case "equals" -> self == args[0];
                case "toString" -> "own " + type.getSimpleName();
                default -> {
                    SEEN.add(type.getSimpleName() + "." + method.getName());
                    yield null;
                }
            };
        }));
    }

    @ApplicationScoped
    static class Store {
        @Produces
        @ApplicationScoped
        LeaseStore leases() {
            LeaseStore taken = TckApplication.of("follows").leaseStore().orElseThrow();
            return (LeaseStore) Proxy.newProxyInstance(
                    LeaseStore.class.getClassLoader(), new Class<?>[] {LeaseStore.class}, (self, method, args) -> {
                        SEEN.add("LeaseStore." + method.getName());
                        return method.invoke(taken, args);
                    });
        }
    }

    @ApplicationScoped
    static class Asks {
        @Inject
        @KernelNamed("billing")
        Election billing;
    }

    @Test
    void leasesAreKeptInTheStoreOfTheApplication() {
        try (TestContainer container = TestContainer.start(NAMES, Store.class, Asks.class)) {
            await().atMost(PATIENCE).until(() -> SEEN.stream().anyMatch(call -> call.startsWith("LeaseStore.")));

            assertThat(container.get(Kernel.class).election("billing").isLeader())
                    .isFalse();
        }
    }

    @ApplicationScoped
    static class Locks {
        @Produces
        static final DistributedLock LOCKS = part(DistributedLock.class);

        @Produces
        static final LeaderElector ELECTOR = part(LeaderElector.class);
    }

    @ApplicationScoped
    static class NeedsThem {
        @Inject
        DistributedLock locks;

        @Inject
        LeaderElector elector;
    }

    @Test
    void lockAndElectorOfTheApplicationNeedNoStoreAndAreTheOnesInjected() {
        try (TestContainer container = TestContainer.start(Map.of(), Locks.class, NeedsThem.class)) {
            Kernel kernel = container.get(Kernel.class);

            assertThat(kernel.locks()).isSameAs(Locks.LOCKS);
            assertThat(container.get(DistributedLock.class)).isSameAs(Locks.LOCKS);
            assertThat(kernel.elector()).isSameAs(Locks.ELECTOR);
            assertThat(container.get(LeaderElector.class)).isSameAs(Locks.ELECTOR);
        }
        assertThat(SEEN).contains("LeaderElector.close");
    }

    @ApplicationScoped
    @Typed({KernelListener.class, Listener.class})
    static class Listener implements KernelListener {
        @Override
        public void onEvent(KernelEvent event) {
            SEEN.add("heard");
        }
    }

    @ApplicationScoped
    static class Carrier implements ContextCarrier {
        @Override
        public Snapshot capture() {
            return clean();
        }

        @Override
        public Snapshot clean() {
            return fields -> {
                SEEN.add("carried");
                return () -> {};
            };
        }
    }

    @ApplicationScoped
    static class Works {
        @Job(every = "10ms")
        void tick() {}
    }

    @Test
    void listenersAndCarriersOfTheApplicationAreAddedToThoseOfTheKernel() {
        try (TestContainer container = TestContainer.start(Map.of(), Listener.class, Carrier.class, Works.class)) {
            await().atMost(PATIENCE).until(() -> SEEN.containsAll(List.of("heard", "carried")));

            assertThat(container.get(Kernel.class).isStarted()).isTrue();
        }
    }

    @ApplicationScoped
    static class Pool {
        @Produces
        @KernelNamed("orders")
        static final DataSource ORDERS = part(DataSource.class);
    }

    @ApplicationScoped
    static class UsesPool {
        @Inject
        @KernelNamed("orders")
        DataSource orders;
    }

    @Test
    void aDataSourceOfTheApplicationIsAPoolOfTheKernel() {
        try (TestContainer container = TestContainer.start(Map.of(), Pool.class, UsesPool.class)) {
            assertThat(container.get(Kernel.class).postgresPools()).containsKey("orders");
            assertThat(container.get(DataSource.class, KernelNamed.Literal.of("orders")))
                    .isSameAs(Pool.ORDERS);
        }
    }

    @Test
    void aPoolOfTheSettingsIsNoPoolOfTheApplicationToo() {
        Map<String, String> settings = Map.of(
                "kernel.postgres.names", "orders",
                "kernel.postgres.orders.url", "jdbc:postgresql://127.0.0.1:1/orders");

        assertThatThrownBy(() -> TestContainer.start(settings, Pool.class, Twice.class))
                .hasMessageContaining("kernel.postgres.names = 'orders' (")
                .hasMessageContaining(
                        TestContainer.FILE + "]): postgres pool 'orders' is given as a DataSource, so it must not have")
                .hasMessageContaining("beans of type LeaseStore");
    }

    @ApplicationScoped
    static class Twice {
        @Produces
        LeaseStore one() {
            return part(LeaseStore.class);
        }

        @Produces
        LeaseStore two() {
            return part(LeaseStore.class);
        }
    }

    @Test
    void ofMostPartsThereIsOne() {
        assertThatThrownBy(() -> TestContainer.start(NAMES, Twice.class))
                .hasMessageContaining("beans of type LeaseStore")
                .hasMessageContaining("must be one at most");
    }
}
