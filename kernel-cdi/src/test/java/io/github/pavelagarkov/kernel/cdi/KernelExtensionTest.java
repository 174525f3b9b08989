package io.github.pavelagarkov.kernel.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.cdi.elsewhere.Base;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.KernelJobs;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.time.KernelClock;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The extension in a container without a server. What differs from server to server is asked in kernel-cdi/tests. */
class KernelExtensionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Map<String, String> LEADS =
            Map.of("kernel.leader.store", "memory", "kernel.application", "shop", "kernel.leader.names", "billing");

    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    @Test
    void partsOfTheKernelAreBeans() {
        Map<String, String> settings = Map.of(
                "kernel.leader.store", "memory",
                "kernel.application", "shop",
                "kernel.leader.names", "billing",
                "kernel.scheduler.names", "reports");
        try (TestContainer container = TestContainer.start(settings)) {
            Kernel kernel = container.get(Kernel.class);

            assertThat(container.get(KernelJobs.class)).isSameAs(kernel.jobs());
            assertThat(container.get(KernelClock.class)).isSameAs(kernel.clock());
            assertThat(container.get(JobScheduler.class)).isSameAs(kernel.scheduler());
            assertThat(container.get(JobScheduler.class, KernelNamed.Literal.of("reports")))
                    .isSameAs(kernel.scheduler("reports"));
            assertThat(container.get(LeaderElector.class)).isSameAs(kernel.elector());
            assertThat(container.get(DistributedLock.class)).isSameAs(kernel.locks());
            assertThat(container.get(ReadinessBarrier.class)).isSameAs(kernel.readiness());
            assertThat(container.get(ShutdownRegistry.class)).isSameAs(kernel.shutdown());
            assertThat(kernel.isStarted()).isTrue();
        }
    }

    @ApplicationScoped
    static class Jobs {
        @Inject
        @KernelNamed("billing")
        Election billing;

        @Job(every = "{jobs.sweep.every:10ms}")
        void sweep() {
            SEEN.add("sweep");
        }

        @Job(every = "10ms", leader = "billing")
        void settle(JobContext context) {
            SEEN.add("settle " + billing.isLeader() + " " + context.term().isPresent());
        }

        @Job(every = "off")
        void off() {
            SEEN.add("off");
        }
    }

    @Test
    void annotatedMethodsOfBeansAreScheduled() {
        try (TestContainer container = TestContainer.start(LEADS, Jobs.class)) {
            await().atMost(PATIENCE).until(() -> SEEN.contains("sweep") && SEEN.contains("settle true true"));

            assertThat(SEEN).doesNotContain("off");
            assertThat(container.get(JobScheduler.class).job("sweep")).isPresent();
        }
    }

    @Dependent
    static class OfItsOwn {
        private static final AtomicInteger MADE = new AtomicInteger();

        OfItsOwn() {
            MADE.incrementAndGet();
        }

        @Job(every = "5ms")
        void one() {
            SEEN.add("one");
        }

        @Job(every = "5ms")
        void two() {
            SEEN.add("two");
        }

        @PreDestroy
        void end() {
            SEEN.add("destroyed");
        }
    }

    @Test
    void aDependentBeanIsMadeOnceForAllItsJobs() {
        OfItsOwn.MADE.set(0);
        try (TestContainer container = TestContainer.start(Map.of(), OfItsOwn.class)) {
            await().atMost(PATIENCE).until(() -> SEEN.contains("one") && SEEN.contains("two"));
            assertThat(container.get(Kernel.class).isStarted()).isTrue();
        }
        assertThat(OfItsOwn.MADE).hasValue(1);
        assertThat(SEEN).endsWith("destroyed");
    }

    @ApplicationScoped
    static class Listens {
        void elected(@Observes LeaderEvent.Acquired event) {
            SEEN.add("elected " + event.term().election());
        }

        void electedAsync(@ObservesAsync LeaderEvent.Acquired event) {
            SEEN.add("elected async " + Thread.currentThread().isDaemon());
        }

        void finished(@Observes JobEvent.Finished event) {
            SEEN.add("finished " + event.result().job());
        }
    }

    @Test
    void eventsOfTheKernelAreEventsOfTheContainer() {
        try (TestContainer container = TestContainer.start(LEADS, Listens.class, Jobs.class)) {
            assertThat(container.get(Kernel.class).isStarted()).isTrue();

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(SEEN)
                            .contains("elected billing", "elected async true", "finished sweep", "finished settle"));
        }
    }

    @ApplicationScoped
    static class Adds {
        @Inject
        KernelJobs jobs;

        @Inject
        Kernel kernel;

        static void more(@Observes KernelBuilder builder) {
            builder.hook(HookSpec.of("mailbox", ShutdownRegistry.MEDIUM, context -> SEEN.add("hook")))
                    .hook(HookSpec.of("leading", ShutdownRegistry.IMMEDIATE, context -> SEEN.add("leaves")))
                    .onStart("component", kernel -> SEEN.add("component"));
        }

        void starts(@Observes Startup event) {
            SEEN.add("application, kernel " + (kernel.isStarted() ? "started" : "waits"));
            jobs.add(JobSpec.named("early")
                    .every(Duration.ofMillis(5))
                    .task(context -> SEEN.add("early"))
                    .build());
        }

        /** As Helidon does. */
        void serverStops(@Observes @Priority(0) @BeforeDestroyed(ApplicationScoped.class) Object event) {
            SEEN.add("server stops");
        }

        @PreDestroy
        void end() {
            SEEN.add("bean destroyed, kernel started " + kernel.isStarted());
        }
    }

    @Test
    void startsBehindTheApplicationAndStopsBeforeItsBeansGo() {
        try (TestContainer container = TestContainer.start(Map.of(), Adds.class)) {
            assertThat(container.get(Kernel.class).isStarted()).isTrue();
            await().atMost(PATIENCE).until(() -> SEEN.contains("early"));
        }

        assertThat(SEEN).startsWith("application, kernel waits", "component");
        SEEN.removeIf("early"::equals);
        assertThat(SEEN).endsWith("leaves", "server stops", "hook", "bean destroyed, kernel started false");
    }

    @ApplicationScoped
    static class AsksTooEarly {
        @Inject
        Kernel kernel;

        void more(@Observes KernelBuilder builder) {
            builder.hook(HookSpec.of("of", ShutdownRegistry.MEDIUM, context -> SEEN.add(kernel.identity())));
        }
    }

    @Test
    void whoAddsToAKernelCannotHaveItYet() {
        assertThatThrownBy(() -> TestContainer.start(Map.of(), AsksTooEarly.class))
                .hasMessageContaining("must be static");
    }

    @Test
    void healthChecksSayWhatTheKernelSays() {
        try (TestContainer container = TestContainer.start(Map.of())) {
            HealthCheck ready = container.get(KernelHealthChecks.Ready.class, Readiness.Literal.INSTANCE);
            assertThat(ready.call().getStatus()).isEqualTo(Status.UP);

            var unused =
                    container.get(ReadinessBarrier.class).component("cache").notReady("still warming");
            HealthCheckResponse answer = ready.call();

            assertThat(answer.getName()).isEqualTo("kernel-readiness");
            assertThat(answer.getStatus()).isEqualTo(Status.DOWN);
            assertThat(answer.getData().orElseThrow()).containsEntry("cache", "still warming");
            assertThat(container
                            .get(KernelHealthChecks.Alive.class, Liveness.Literal.INSTANCE)
                            .call()
                            .getStatus())
                    .isEqualTo(Status.UP);
            assertThat(container
                            .get(
                                    KernelHealthChecks.Started.class,
                                    org.eclipse.microprofile.health.Startup.Literal.INSTANCE)
                            .call()
                            .getStatus())
                    .isEqualTo(Status.UP);
        }
    }

    @Test
    void aFatalEntryTakesLivenessDownAndLeavesTheServerAlone() {
        try (TestContainer container = TestContainer.start(Map.of())) {
            container.get(Kernel.class).fail("disk on fire");

            HealthCheckResponse answer = container
                    .get(KernelHealthChecks.Alive.class, Liveness.Literal.INSTANCE)
                    .call();
            assertThat(answer.getStatus()).isEqualTo(Status.DOWN);
            assertThat(answer.getData().orElseThrow().toString()).contains("disk on fire");
        }
    }

    @ApplicationScoped
    static class Wrong {
        @Job(every = "1s", leader = "biling")
        void unknownElection() {}

        @Job(every = "1s")
        @SuppressWarnings("UnusedMethod") // the container finds it by its annotation
        private void hidden() {}

        @Job(every = "1s")
        int counts() {
            return 1;
        }
    }

    @Test
    void wrongMethodsFailTheDeploymentAllAtOnce() {
        assertThatThrownBy(() -> TestContainer.start(LEADS, Wrong.class))
                .hasMessageContaining("Wrong.hidden()")
                .hasMessageContaining("Wrong.counts()");
    }

    @ApplicationScoped
    static class UnknownElection {
        @Job(every = "1s", leader = "biling")
        void settle() {}

        @Job(every = "1s", leader = "biling")
        void again() {}
    }

    @Test
    void unknownElectionsFailTheDeploymentAllAtOnce() {
        assertThatThrownBy(() -> TestContainer.start(LEADS, UnknownElection.class))
                .hasMessageContaining("job 'settle'")
                .hasMessageContaining("job 'again'")
                .hasMessageContaining("billing");
    }

    @Test
    void wrongSettingsFailTheDeploymentWithTheirSource() {
        assertThatThrownBy(() -> TestContainer.start(
                        Map.of("kernel.shutdown.budgt", "10s", "kernel.shutdown.hook-timeout", "soon")))
                .hasMessageContaining("did you mean kernel.shutdown.budget")
                .hasMessageContaining("kernel.shutdown.hook-timeout = 'soon'")
                .hasMessageContaining(TestContainer.FILE);
    }

    @ApplicationScoped
    static class AsksForWhatIsNotThere {
        @Inject
        @KernelNamed("nope")
        Election election;

        @Inject
        @KernelNamed("reprots")
        JobScheduler scheduler;
    }

    @Test
    void whatIsInjectedAndNotThereFailsTheDeployment() {
        assertThatThrownBy(() -> TestContainer.start(LEADS, AsksForWhatIsNotThere.class))
                .hasMessageContaining("no election 'nope'")
                .hasMessageContaining("reprots");
    }

    @Test
    void settingsMethodsElectionsAndInjectionPointsAreOneList() {
        Map<String, String> settings = Map.of(
                "kernel.leader.store", "memory",
                "kernel.application", "${NOBODY_SETS_THIS}",
                "kernel.leader.names", "billing",
                "kernel.leader.billing.lease", "long",
                "kernel.shutdown.budgt", "10s",
                "wrong.every", "${NOBODY_SETS_THAT}");

        assertThatThrownBy(() -> TestContainer.start(
                        settings,
                        Wrong.class,
                        UnknownElection.class,
                        OfARequest.class,
                        AsksForWhatIsNotThere.class,
                        Unset.class))
                .hasMessageContaining("12 problems")
                .hasMessageContaining("kernel.application = '${NOBODY_SETS_THIS}' (")
                .hasMessageContaining("kernel.leader.billing.lease = 'long' (")
                .hasMessageContaining("kernel.shutdown.budgt")
                .hasMessageContaining("OfARequest = '@RequestScoped' (bean)")
                .hasMessageContaining("Wrong.hidden()")
                .hasMessageContaining("Wrong.counts()")
                .hasMessageContaining("leader of job 'settle' = 'biling' (@Job)")
                .hasMessageContaining("wrong.every = '${NOBODY_SETS_THAT}' (")
                .hasMessageContaining("AsksForWhatIsNotThere.election = 'nope' (@KernelNamed)")
                .hasMessageContaining("AsksForWhatIsNotThere.scheduler = 'reprots' (@KernelNamed)");
    }

    @ApplicationScoped
    static class AddsTwice {
        static void more(@Observes KernelBuilder builder) {
            builder.onStart("cache", kernel -> SEEN.add("cache")).onStart("cache", kernel -> SEEN.add("cache"));
        }
    }

    /** The libraries of ClickHouse are not on the class path of these tests. */
    @Test
    void librariesNamesAndHaltAreInTheSameList() {
        Map<String, String> settings = Map.of(
                "kernel.leader.store", "memory",
                "kernel.application", "shop",
                "kernel.leader.names", "billing",
                "kernel.leader.billing.on-overrun", "halt",
                "kernel.clickhouse.names", "events",
                "kernel.clickhouse.events.url", "jdbc:clickhouse://127.0.0.1:1/events",
                "kernel.shutdown.budget", "soon");

        assertThatThrownBy(() -> TestContainer.start(settings, AddsTwice.class, UnknownElection.class))
                .hasMessageContaining("7 problems")
                .hasMessageContaining("kernel.shutdown.budget = 'soon' (")
                .hasMessageContaining("kernel.leader.billing.on-overrun = 'halt' (PropertiesConfigSource[source="
                        + TestContainer.FILE)
                .hasMessageContaining(
                        "kernel.clickhouse.names = 'events' (PropertiesConfigSource[source=" + TestContainer.FILE)
                .hasMessageContaining("needs the library com.clickhouse:clickhouse-jdbc")
                .hasMessageContaining("needs the library com.zaxxer:HikariCP")
                .hasMessageContaining("component name = 'cache' (code): must be unique")
                .hasMessageContaining("leader of job 'settle' = 'biling' (@Job)")
                .hasMessageContaining("leader of job 'again' = 'biling' (@Job)");
        assertThat(SEEN).isEmpty();
    }

    @ApplicationScoped
    static class Unset {
        @Job(every = "{wrong.every}")
        void never() {}
    }

    @ApplicationScoped
    static class NeedsAStore {
        @Inject
        LeaderElector elector;
    }

    @Test
    void anElectorWithoutAStoreFailsTheDeployment() {
        assertThatThrownBy(() -> TestContainer.start(Map.of(), NeedsAStore.class))
                .hasMessageContaining("NeedsAStore.elector")
                .hasMessageContaining("kernel.redis.uri");
    }

    @Test
    void whereOthersLiveNobodyHaltsTheProcess() {
        assertThatThrownBy(() -> TestContainer.start(Map.of(
                        "kernel.leader.store", "memory",
                        "kernel.application", "shop",
                        "kernel.leader.names", "billing",
                        "kernel.leader.billing.on-overrun", "halt")))
                .hasMessageContaining("kernel.leader.billing.on-overrun = 'halt'")
                .hasMessageContaining("health-down");
    }

    @RequestScoped
    static class OfARequest {
        @Job(every = "1s")
        void never() {}
    }

    @ApplicationScoped
    static class Inherits extends Base {}

    @Test
    void jobsThatCouldNeverRunFailTheDeployment() {
        assertThatThrownBy(() -> TestContainer.start(Map.of(), OfARequest.class, Inherits.class))
                .hasMessageContaining("OfARequest = '@RequestScoped'")
                .hasMessageContaining("Base.tick()")
                .hasMessageContaining("must be protected or public");
    }

    @Test
    void anExpressionThatLeadsNowhereIsNoDefault() {
        assertThatThrownBy(() -> TestContainer.start(Map.of("kernel.application", "${NOBODY_SETS_THIS}")))
                .hasMessageContaining("kernel.application = '${NOBODY_SETS_THIS}'")
                .hasMessageContaining(TestContainer.FILE);
        assertThatThrownBy(() ->
                        TestContainer.start(Map.of("kernel.redis.uri", "redis://shop:s3cret@${NOBODY_SETS_THIS}:6379")))
                .hasMessageContaining("${NOBODY_SETS_THIS}")
                .hasMessageNotContaining("s3cret");
    }

    @Dependent
    static class MayDoWithout {
        @Inject
        Instance<LeaderElector> elector;

        @Inject
        @Any
        Instance<Election> elections;
    }

    @Test
    void whatIsAskedForAtRunTimeMayBeMissing() {
        try (TestContainer container = TestContainer.start(Map.of(), MayDoWithout.class)) {
            assertThat(container.get(Kernel.class).isStarted()).isTrue();
        }
        try (TestContainer container = TestContainer.start(LEADS, MayDoWithout.class)) {
            Election billing = container
                    .get(MayDoWithout.class)
                    .elections
                    .select(KernelNamed.Literal.of("billing"))
                    .get();
            await().atMost(PATIENCE).until(billing::isLeader);
        }
    }

    @Test
    void aDeploymentThatFailsLeavesNoThreadBehind() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        assertThatThrownBy(() -> TestContainer.start(LEADS, AsksForWhatIsNotThere.class))
                .isNotNull();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> !before.contains(thread))
                                .map(Thread::getName)
                                .filter(name -> name.startsWith("kernel-")))
                        .isEmpty());
    }

    @ApplicationScoped
    static class CannotStart {
        void more(@Observes KernelBuilder builder) {
            builder.hook(HookSpec.of("mailbox", ShutdownRegistry.MEDIUM, context -> SEEN.add("hook")))
                    .onStart("component", kernel -> {
                        throw new IllegalStateException("no disk");
                    });
        }
    }

    @Test
    void aComponentThatCannotStartStopsWhatHadBeenStarted() {
        assertThatThrownBy(() -> TestContainer.start(Map.of(), CannotStart.class))
                .hasMessageContaining("no disk");

        assertThat(SEEN).containsExactly("hook");
    }
}
