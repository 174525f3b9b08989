package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.core.internal.leader.InMemoryLeaseStore;
import io.github.pavelagarkov.kernel.core.redis.RedisConnection;
import io.github.pavelagarkov.kernel.core.redis.RedisSettings;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong input to the builder: one clear message each, and nothing is left behind. */
final class KernelBuilderTest {
    private static final JobSpec TICK = JobSpec.named("tick")
            .every(Duration.ofSeconds(1))
            .task(context -> {})
            .build();

    /** Public, as the methods of a bean are. */
    public static final class BadBean {
        @Job(every = "often")
        public void first() {}

        @Job(every = "1s", leader = "Not A Name")
        public void second() {}
    }

    /** Public, as the methods of a bean are. */
    public static final class TickBean {
        @Job(every = "1s")
        public void tick() {}
    }

    private static HookSpec hook(String name) {
        return HookSpec.of(name, ShutdownRegistry.LOW, context -> {});
    }

    private static Arguments wrong(String what, Function<KernelBuilder, KernelBuilder> plan, String... fragments) {
        return Arguments.of(what, plan, List.of(fragments));
    }

    static Stream<Arguments> wrongWholes() {
        KernelListener silent = new KernelListener() {};
        return Stream.of(
                wrong(
                        "unknown scheduler",
                        plan -> plan.job("no-such", TICK),
                        "there is no scheduler 'no-such', there are [jobs]"),
                wrong("job twice", plan -> plan.job(TICK).job(TICK), "'tick'", "jobs"),
                wrong("leader job twice", plan -> plan.leaderJob("a", TICK).leaderJob("a", TICK), "'tick'"),
                wrong(
                        "hook twice",
                        plan -> plan.hook(hook("db")).hook(hook("db")),
                        "hook name = 'db' (code): must be unique"),
                wrong("hook of kernel's own", plan -> plan.hook(hook("elections")), "'elections' is taken"),
                wrong(
                        "hook of the probes",
                        plan -> plan.config(KernelFixture.config("kernel.probes.port", "0"))
                                .hook(hook("probes")),
                        "'probes' is taken"),
                wrong(
                        "leader job beside a scheduler of that name",
                        plan -> plan.scheduler(SchedulerSpec.of("billing")).leaderJob("billing", TICK),
                        "election 'billing' has leader jobs, so no other scheduler may have its name"),
                wrong(
                        "required Redis that is not there",
                        plan -> plan.config(KernelFixture.config("kernel.readiness.require", "redis")),
                        "kernel.readiness.require = 'redis'",
                        "set kernel.redis.uri"),
                wrong(
                        "required backend that nobody knows",
                        plan -> plan.config(KernelFixture.config("kernel.readiness.require", "reddis")),
                        "kernel.readiness.require = 'reddis'",
                        "must be one of [redis]"),
                wrong(
                        "annotated methods",
                        plan -> plan.jobs(new BadBean()),
                        "2 problems",
                        "BadBean.first",
                        "'often'",
                        "BadBean.second",
                        "'Not A Name'"),
                wrong(
                        "job and annotated job of one name",
                        plan -> plan.job(TICK).jobs(new TickBean()),
                        "'tick'"),
                wrong(
                        "listener queue without threads",
                        plan -> plan.listener("mine", silent).threads(new Refusing()),
                        "no more threads"));
    }

    /** Gives out a few threads and then no more. */
    private static final class Refusing implements ThreadFactory {
        private int left = 3;

        @Override
        public Thread newThread(Runnable task) {
            if (left-- == 0) {
                throw new IllegalStateException("no more threads");
            }
            return made(task);
        }
    }

    private static final List<Thread> MADE = new CopyOnWriteArrayList<>();

    private static Thread made(Runnable task) {
        Thread thread = new Thread(task, "made-here");
        thread.setDaemon(true);
        MADE.add(thread);
        return thread;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrongWholes")
    void failsWithOneClearMessageAndLeavesNoThread(
            String what, Function<KernelBuilder, KernelBuilder> plan, List<String> fragments) {
        KernelBuilder builder = plan.apply(Kernel.builder()
                .threads(KernelBuilderTest::made)
                .leaseStore(new InMemoryLeaseStore(KernelClock.system())));
        MADE.clear();

        assertThatThrownBy(builder::build).hasMessageContainingAll(fragments.toArray(CharSequence[]::new));

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(MADE).noneMatch(Thread::isAlive));
    }

    @Test
    void redisWithoutAnApplicationOpensNothing() {
        MADE.clear();
        KernelBuilder builder = Kernel.builder()
                .threads(KernelBuilderTest::made)
                .redis(RedisConnection.open(
                        RedisSettings.of("redis://127.0.0.1:1"), KernelClock.system(), KernelBuilderTest::made));

        try {
            assertThatThrownBy(builder::build).hasMessageContaining("kernel.application");
        } finally {
            builder.plan.redis.orElseThrow().close();
        }
    }

    @Test
    void electionsNeedAStore() {
        assertThatThrownBy(() -> Kernel.builder().leaderJob("billing", TICK).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("elections and locks need a lease store: set kernel.redis.uri or kernel.postgres.url, and"
                        + " kernel.application, or give one to the builder");
        Kernel without = Kernel.builder().build();
        assertThatThrownBy(without::elector).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(without::locks).isInstanceOf(IllegalStateException.class);
        without.close();
    }

    @Test
    void failedBuildLeavesTheGivenStoreOpenForTheNextAttempt() {
        CutOffStore store = new CutOffStore(KernelClock.system());
        KernelBuilder builder = Kernel.builder().leaseStore(store).hook(hook("elections"));

        assertThatThrownBy(builder::build).hasMessageContaining("'elections' is taken");

        assertThat(store.isClosed()).isFalse();
    }

    @Test
    void superviseTakesAllOrNothing() {
        KernelFixture on = new KernelFixture();
        KernelBuilder builder = on.bare();
        Subsystem[] withGap = new Subsystem[2];
        withGap[0] = on.work("work");

        assertThatThrownBy(() -> builder.supervise("billing", withGap))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("subsystem of election 'billing' must not be null");
        assertThatThrownBy(() -> builder.supervise("billing"))
                .hasMessage("election 'billing' needs at least one subsystem, got none");

        // No store is asked for: nothing was taken.
        builder.build().close();
    }

    @Test
    void limitsOfTheDefaultSchedulerCanBeSetInCodeAndInTheConfiguration() {
        KernelFixture on = new KernelFixture();
        SchedulerSpec spec = SchedulerSpec.of("jobs").withHistorySize(0);
        Kernel code = on.bare().scheduler(spec).job(TICK).build();
        Kernel listed = on.bare("kernel.scheduler.names", "jobs", "kernel.scheduler.jobs.history-size", "2")
                .scheduler(spec)
                .job(TICK)
                .build();
        code.start();
        listed.start();

        on.clock.advance(Duration.ofMillis(3_500));

        assertThat(code.scheduler().job("tick").orElseThrow().history()).isEmpty();
        assertThat(listed.scheduler().job("tick").orElseThrow().history()).hasSize(2);
        on.stop(code);
        on.stop(listed);
    }

    @Test
    void longestSchedulerNameFits() {
        String longest = "s".repeat(63);
        KernelFixture on = new KernelFixture();

        Kernel kernel = on.bare().scheduler(SchedulerSpec.of(longest)).build();

        assertThat(kernel.scheduler(longest).name()).isEqualTo(longest);
        on.stop(kernel);
    }
}
