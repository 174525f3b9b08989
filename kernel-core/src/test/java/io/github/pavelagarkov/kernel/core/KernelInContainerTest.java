package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.spi.NamingManager;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What a host with a container needs: objects that are made late, events to pass on, pools of a naming directory. */
final class KernelInContainerTest {
    private static final Map<String, Object> DIRECTORY =
            Map.of("jdbc/orders", new PGSimpleDataSource(), "java:comp/env/number", 7);

    private final KernelFixture on = new KernelFixture();

    /** The directory of a server; may be set once in a JVM. */
    @BeforeAll
    static void directory() throws Exception {
        NamingManager.setInitialContextFactoryBuilder(environment -> settings -> (Context) Proxy.newProxyInstance(
                KernelInContainerTest.class.getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, args) -> {
                    if (!method.getName().equals("lookup")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    Object found = DIRECTORY.get(String.valueOf(args[0]));
                    if (found == null) {
                        throw new NameNotFoundException(args[0] + " is not bound");
                    }
                    return found;
                }));
    }

    static final class Sweeper {
        final List<String> runs = new CopyOnWriteArrayList<>();

        @Job(every = "1s")
        void sweep() {
            runs.add("sweep");
        }

        @Job(every = "1s")
        void tidy() {
            runs.add("tidy");
        }
    }

    @Test
    void theObjectWithTheMethodsIsAskedForAtTheFirstRunAndOnce() {
        Sweeper sweeper = new Sweeper();
        List<String> made = new CopyOnWriteArrayList<>();
        Kernel kernel = on.builder()
                .jobs(Sweeper.class, () -> {
                    made.add("made");
                    return sweeper;
                })
                .build();
        kernel.start();
        assertThat(made).isEmpty();

        on.clock.advance(Duration.ofMillis(2_500));

        assertThat(made).hasSize(1);
        assertThat(sweeper.runs).containsExactlyInAnyOrder("sweep", "tidy", "sweep", "tidy");
        on.stop(kernel);
    }

    @Test
    void anObjectThatCannotBeMadeFailsTheRunAndIsAskedForAgain() {
        Sweeper sweeper = new Sweeper();
        List<String> asked = new CopyOnWriteArrayList<>();
        Kernel kernel = on.builder("kernel.jobs.names", "tidy", "kernel.jobs.tidy.enabled", "false")
                .jobs(Sweeper.class, () -> {
                    asked.add("asked");
                    if (asked.size() == 1) {
                        throw new IllegalStateException("no database yet");
                    }
                    return sweeper;
                })
                .build();
        kernel.start();

        on.clock.advance(Duration.ofMillis(1_500));
        RunResult first =
                kernel.scheduler().job("sweep").orElseThrow().lastRun().orElseThrow();
        on.clock.advance(Duration.ofSeconds(1));

        assertThat(first.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(first.error().orElseThrow()).hasMessage("no database yet");
        assertThat(sweeper.runs).containsExactly("sweep");
        on.stop(kernel);
    }

    @Test
    void aHostHearsOfEveryEvent() {
        List<KernelEvent> events = new CopyOnWriteArrayList<>();
        Kernel kernel = on.builder("kernel.leader.names", "billing")
                .election("billing")
                .jobs(new Sweeper())
                .onEvent("host", events::add)
                .build();
        kernel.start();

        on.clock.advance(Duration.ofMillis(1_500));
        on.stop(kernel);

        assertThat(events)
                .hasAtLeastOneElementOfType(KernelEvent.Started.class)
                .hasAtLeastOneElementOfType(LeaderEvent.Acquired.class)
                .hasAtLeastOneElementOfType(JobEvent.Finished.class)
                .hasAtLeastOneElementOfType(KernelEvent.ReadinessChanged.class);
    }

    @Test
    void anElectionWithoutWorkIsJoinedAtTheStart() {
        Kernel kernel =
                on.builder("kernel.leader.names", "billing").election("billing").build();
        assertThatThrownBy(() -> kernel.election("billing"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("joined");

        kernel.start();
        on.clock.advance(Duration.ofSeconds(1));

        assertThat(kernel.election("billing").isLeader()).isTrue();
        assertThatThrownBy(() -> kernel.requireElection("biling"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no election 'biling'")
                .hasMessageContaining("billing");
        on.stop(kernel);
    }

    @Test
    void aFatalEntryInASharedProcessTakesLivenessDownAndNothingElse() {
        Kernel kernel =
                on.builder().host(HostProfile.of("server").sharingProcess()).build();
        kernel.start();

        kernel.fail("disk on fire");
        on.clock.settle();

        assertThat(kernel.notLive()).contains("fatal: disk on fire");
        assertThat(kernel.isStarted()).isTrue();
        on.stop(kernel);
        assertThat(kernel.isStarted()).isFalse();
    }

    @Test
    void aPoolOfTheServerIsFoundByItsName() {
        Kernel kernel = on.builder("kernel.postgres.names", "orders", "kernel.postgres.orders.jndi", "jdbc/orders")
                .build();

        DataSource pool = kernel.postgres("orders").dataSource();

        assertThat(pool).isSameAs(DIRECTORY.get("jdbc/orders"));
        assertThat(kernel.config().postgres().names()).containsExactly("orders");
        kernel.close();
    }

    @Test
    void aNameThatIsNoPoolStopsTheBuild() {
        assertThatThrownBy(() -> on.builder(
                                "kernel.postgres.names", "orders", "kernel.postgres.orders.jndi", "jdbc/ordres")
                        .build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kernel.postgres.orders.jndi = 'jdbc/ordres'")
                .hasMessageContaining("is not bound");
        assertThatThrownBy(() -> on.builder(
                                "kernel.postgres.names",
                                "orders",
                                "kernel.postgres.orders.jndi",
                                "java:comp/env/number")
                        .build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("java.lang.Integer");
    }

    @Test
    void aPoolOfTheServerHasNoSettingsAndNoAddressFromAfar() {
        assertThatThrownBy(() -> KernelFixture.config(
                        "kernel.postgres.names", "orders",
                        "kernel.postgres.orders.jndi", "jdbc/orders",
                        "kernel.postgres.orders.password", "s3cret",
                        "kernel.postgres.orders.max-size", "4"))
                .hasMessageContaining("kernel.postgres.orders.max-size")
                .hasMessageContaining("kernel.postgres.orders.password")
                .hasMessageContaining("must not be set beside kernel.postgres.orders.jndi")
                .hasMessageNotContaining("s3cret");
        assertThatThrownBy(() -> KernelFixture.config(
                        "kernel.postgres.names", "orders", "kernel.postgres.orders.jndi", "ldap://evil/x"))
                .hasMessageContaining("kernel.postgres.orders.jndi");
    }
}
