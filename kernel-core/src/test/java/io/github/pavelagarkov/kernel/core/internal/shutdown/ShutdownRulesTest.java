package io.github.pavelagarkov.kernel.core.internal.shutdown;

import static io.github.pavelagarkov.kernel.core.internal.shutdown.ShutdownFixture.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.event.ShutdownEvent;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.HookOutcome;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec.SamePriority;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ShutdownRulesTest {
    private static final ShutdownSpec DEFAULTS = ShutdownSpec.defaults();

    @Test
    void sd1_smallerPriorityFirstAndRegistrationOrderWithinOne() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("last", ShutdownRegistry.LOWEST, on.logs("last"));
        on.registry.register("b", ShutdownRegistry.MEDIUM, on.logs("b"));
        on.registry.register("first", ShutdownRegistry.IMMEDIATE, on.logs("first"));
        on.registry.register("a", ShutdownRegistry.MEDIUM, on.logs("a"));

        ShutdownReport report = on.shutdown();

        assertThat(on.log).containsExactly("first@0", "b@0", "a@0", "last@0");
        assertThat(report.hooks()).extracting(HookResult::name).containsExactly("first", "b", "a", "last");
        assertThat(report.clean()).isTrue();
    }

    @Test
    void sd1_parallelRunsOnePriorityAtOnceAndTheNextAfterIt() {
        ShutdownFixture on = new ShutdownFixture(DEFAULTS.withSamePriority(SamePriority.PARALLEL));
        for (int i = 0; i < 5; i++) {
            on.registry.register("slow-" + i, 10, on.takes(Duration.ofSeconds(1)));
        }
        on.registry.register("after", 11, on.logs("after"));

        ShutdownReport report = on.shutdown();

        assertThat(report.took()).isEqualTo(Duration.ofSeconds(1));
        assertThat(on.log).containsExactly("after@1000");
    }

    @Test
    void sd2_readinessIsDownBeforeTheDrainDelayAndTheFirstHookComesAfterIt() {
        ShutdownFixture on = new ShutdownFixture(DEFAULTS.withDrainDelay(Duration.ofSeconds(5)));
        on.barrier.start();
        on.barrier.component("started").ready();
        on.registry.register("hook", 1, on.logs("hook"));

        on.spawn(() -> on.registry.shutdown("SIGTERM"));
        on.clock.settle();

        assertThat(on.registry.state()).isEqualTo(ShutdownRegistry.State.DRAINING);
        assertThat(on.barrier.isReady()).isFalse();
        assertThat(on.barrier.snapshot().reason()).isEqualTo("shutting down: SIGTERM");
        assertThat(on.log).isEmpty();

        on.clock.advance(Duration.ofSeconds(5));

        assertThat(on.log).containsExactly("hook@5000");
        assertThat(on.registry.report().orElseThrow().drained()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void sd2_stepsRunOnlyWhatLiesBelowTheirPriority() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("leader", ShutdownRegistry.CRITICAL, on.logs("leader"));
        on.registry.register("traffic", ShutdownRegistry.HIGH, on.logs("traffic"));
        on.registry.register("pool", ShutdownRegistry.LOW, on.logs("pool"));

        on.registry.begin("deploy");
        on.registry.runBelow(ShutdownRegistry.HIGH);
        assertThat(on.log).containsExactly("leader@0");
        on.registry.runBelow(ShutdownRegistry.LOW);
        assertThat(on.log).containsExactly("leader@0", "traffic@0");
        ShutdownReport report = on.registry.finish();

        assertThat(on.log).containsExactly("leader@0", "traffic@0", "pool@0");
        assertThat(report.reason()).isEqualTo("deploy");
        assertThat(on.registry.state()).isEqualTo(ShutdownRegistry.State.STOPPED);
    }

    @Test
    void sd2_stepsBeforeTheBeginningAreRefused() {
        ShutdownFixture on = new ShutdownFixture();

        assertThatIllegalStateException()
                .isThrownBy(on.registry::finish)
                .withMessage("the shutdown is RUNNING: call begin(reason) first");
        assertThatIllegalStateException().isThrownBy(() -> on.registry.runBelow(5));
    }

    @Test
    void sd2_brokenBarrierStopsNoHook() {
        ShutdownFixture on = new ShutdownFixture();
        ReadinessBarrier broken = (ReadinessBarrier) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ReadinessBarrier.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException("broken barrier");
                });
        ShutdownRegistry registry =
                PhasedShutdownRegistry.create(DEFAULTS, broken, on.clock, on.threads, Events.none());
        registry.register("hook", 1, on.logs("hook"));

        ShutdownReport report = registry.shutdown("test");

        assertThat(on.log).containsExactly("hook@0");
        assertThat(report.hooks()).extracting(HookResult::outcome).containsExactly(HookOutcome.FAILED, HookOutcome.OK);
    }

    @Test
    void sd3_hookThatThrowsIsFailedAndTheNextGoesOn() {
        ShutdownFixture on = new ShutdownFixture();
        Error error = new StackOverflowError("deep");
        on.registry.register("broken", 1, context -> {
            throw error;
        });
        on.registry.register("next", 2, on.logs("next"));

        ShutdownReport report = on.shutdown();

        assertThat(result(report, "broken").outcome()).isEqualTo(HookOutcome.FAILED);
        assertThat(result(report, "broken").error()).containsSame(error);
        assertThat(result(report, "next").outcome()).isEqualTo(HookOutcome.OK);
        assertThat(report.clean()).isFalse();
    }

    @Test
    void sd3_hookIsInterruptedAtItsTimeoutAndTheNextGoesOnWhenItEnds() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("slow", 1, on.takes(Duration.ofSeconds(60)));
        on.registry.register(
                HookSpec.of("own", 2, on.takes(Duration.ofSeconds(60))).withTimeout(Duration.ofSeconds(3)));
        on.registry.register("next", 3, on.logs("next"));

        ShutdownReport report = on.shutdown();

        assertThat(result(report, "slow").outcome()).isEqualTo(HookOutcome.TIMED_OUT);
        assertThat(result(report, "slow").took()).isEqualTo(Duration.ofSeconds(10));
        assertThat(result(report, "own").outcome()).isEqualTo(HookOutcome.TIMED_OUT);
        assertThat(on.log).containsExactly("next@13000");
    }

    @Test
    void sd3_hookThatIgnoresTheInterruptIsAbandonedWithItsStack200MillisecondsLater() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("stuck", 1, on.hangs());
        on.registry.register("next", 2, on.logs("next"));

        ShutdownReport report = on.shutdown();

        HookResult stuck = result(report, "stuck");
        assertThat(stuck.outcome()).isEqualTo(HookOutcome.ABANDONED);
        assertThat(stuck.took()).isEqualTo(Duration.ofMillis(10_200));
        assertThat(stuck.stuckAt()).anyMatch(frame -> frame.contains("hangForever"));
        assertThat(on.log).containsExactly("ignored an interrupt@10000", "next@10200");
    }

    @Test
    void sd3_hookSeesTheTimeItHasLeft() {
        ShutdownFixture on = new ShutdownFixture(DEFAULTS.withBudget(Duration.ofSeconds(10)));
        List<Duration> left = new CopyOnWriteArrayList<>();
        on.registry.register(HookSpec.of("short", 1, context -> {
                    left.add(context.remaining());
                    on.sleep(Duration.ofSeconds(1));
                    left.add(context.remaining());
                })
                .withTimeout(Duration.ofSeconds(3)));
        on.registry.register("long", 2, context -> left.add(context.remaining()));

        on.shutdown();

        assertThat(left).containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(8));
    }

    @Test
    void sd3_stoppedThreadFactoryDoesNotKeepHooksFromRunning() {
        ShutdownFixture on = new ShutdownFixture();
        KernelThreads stopped = KernelThreads.of(task -> {
            throw new IllegalStateException("the container has stopped");
        });
        ShutdownRegistry registry =
                PhasedShutdownRegistry.create(DEFAULTS, on.barrier, on.clock, stopped, Events.none());
        registry.register("hook", 1, on.logs("hook"));

        assertThat(registry.shutdown("undeploy").clean()).isTrue();
    }

    @Test
    void sd3_interruptOfAHookStaysInThatHook() {
        ShutdownFixture on = new ShutdownFixture();
        AtomicReference<Thread> hookThread = new AtomicReference<>();
        List<Boolean> flags = new CopyOnWriteArrayList<>();
        KernelThreads watched = KernelThreads.of(task -> on.clock.threads().newThread(() -> {
            task.run();
            flags.add(Thread.currentThread().isInterrupted());
        }));
        ShutdownRegistry registry =
                PhasedShutdownRegistry.create(DEFAULTS, on.barrier, on.clock, watched, Events.none());
        registry.register("self-interrupted", 1, context -> {
            hookThread.set(Thread.currentThread());
            Thread.currentThread().interrupt();
        });

        registry.shutdown("test");
        on.clock.settle();

        assertThat(flags).containsExactly(false);
        assertThat(hookThread.get()).isNotSameAs(Thread.currentThread());
    }

    @Test
    void sd5_severalThreadsGetTheSameReport() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("slow", 1, on.takes(Duration.ofSeconds(2)));
        List<ShutdownReport> reports = new CopyOnWriteArrayList<>();

        for (int i = 0; i < 8; i++) {
            on.spawn(() -> reports.add(on.registry.shutdown("by many")));
        }
        on.clock.advance(Duration.ofSeconds(3));

        assertThat(reports).hasSize(8).allSatisfy(report -> assertThat(report).isSameAs(reports.get(0)));
        assertThat(on.registry.shutdown("again")).isSameAs(reports.get(0));
        assertThat(on.events.of(ShutdownEvent.Finished.class)).hasSize(1);
        assertThat(on.events.of(ShutdownEvent.Started.class)).hasSize(1);
    }

    @Test
    void sd5_insideAHookThereIsASnapshotAndNoDeadlock() {
        ShutdownFixture on = new ShutdownFixture();
        List<ShutdownReport> seen = new CopyOnWriteArrayList<>();
        on.registry.register("done", 1, context -> {});
        on.registry.register("asks", 2, context -> {
            on.registry.begin("again");
            on.registry.runBelow(500);
            seen.add(on.registry.shutdown("again"));
        });
        on.registry.register("waits", 3, context -> {});

        ShutdownReport report = on.shutdown();

        assertThat(seen.get(0).completed()).isFalse();
        assertThat(seen.get(0).hooks())
                .extracting(HookResult::outcome)
                .containsExactly(HookOutcome.OK, HookOutcome.NOT_RUN, HookOutcome.NOT_RUN);
        assertThat(report.clean()).isTrue();
        assertThat(report.took()).isZero();
    }

    @Test
    void sd6_lateRegistrationRunsInItsPlaceOrNext() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("first", 50, context -> {
            on.registry.register("passed", 10, on.logs("passed"));
            on.registry.register("same", 50, on.logs("same"));
            on.registry.register("ahead", 70, on.logs("ahead"));
        });
        on.registry.register("last", 100, on.logs("last"));

        ShutdownReport report = on.shutdown();

        assertThat(on.log).containsExactly("passed@0", "same@0", "ahead@0", "last@0");
        assertThat(result(report, "passed").outcome()).isEqualTo(HookOutcome.LATE_OK);
        assertThat(result(report, "same").outcome()).isEqualTo(HookOutcome.OK);
        assertThat(report.clean()).isTrue();
    }

    @Test
    void sd6_registrationBetweenStepsIsLateBelowTheStepThatHasRun() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.begin("test");
        on.registry.runBelow(100);
        on.registry.register("late", 99, on.logs("late"));
        on.registry.register("in-time", 100, on.logs("in-time"));

        ShutdownReport report = on.registry.finish();

        assertThat(result(report, "late").outcome()).isEqualTo(HookOutcome.LATE_OK);
        assertThat(result(report, "in-time").outcome()).isEqualTo(HookOutcome.OK);
    }

    @Test
    void sd6_registrationAfterTheEndIsRefusedByName() {
        ShutdownFixture on = new ShutdownFixture();
        on.shutdown();

        assertThatIllegalStateException()
                .isThrownBy(() -> on.registry.register("too-late", 1, context -> {}))
                .withMessage("hook 'too-late' cannot be registered: the shutdown is STOPPED, clean up here instead");
    }

    @Test
    void sd7_registrationCanBeTakenBackUntilItStarts() {
        ShutdownFixture on = new ShutdownFixture();
        List<Registration> own = new CopyOnWriteArrayList<>();
        List<Boolean> removedWhileRunning = new ArrayList<>();
        Registration taken = on.registry.register("taken-back", 1, on.logs("taken-back"));
        own.add(on.registry.register(
                "running", 2, context -> removedWhileRunning.add(own.get(0).remove())));

        assertThat(taken.remove()).isTrue();
        assertThat(taken.remove()).isFalse();
        Registration again = on.registry.register("taken-back", 3, on.logs("again"));
        on.shutdown();

        assertThat(removedWhileRunning).containsExactly(false);
        assertThat(again.remove()).isFalse();
        assertThat(on.log).containsExactly("again@0");
    }

    @Test
    void sd7_namesAreUnique() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("cache", 1, context -> {});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> on.registry.register("cache", 2, context -> {}))
                .withMessage("hook name must be unique in a registry, 'cache' is taken");
        assertThat(on.registry.plan().hooks()).hasSize(1);
    }

    @Test
    void sd10_contextClassLoaderOfTheRegistrationIsSetForTheHook() throws Exception {
        ShutdownFixture on = new ShutdownFixture();
        AtomicReference<ClassLoader> seen = new AtomicReference<>();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader application = new URLClassLoader(new URL[0], before)) {
            Thread.currentThread().setContextClassLoader(application);
            on.registry.register(
                    "hook", 1, context -> seen.set(Thread.currentThread().getContextClassLoader()));
            Thread.currentThread().setContextClassLoader(before);

            on.shutdown();

            assertThat(seen.get()).isSameAs(application);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void planShowsOrderAndTimes() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("pool", 1000, context -> {});
        on.registry.register(HookSpec.of("grpc", 100, context -> {}).withTimeout(Duration.ofSeconds(4)));

        assertThat(on.registry.plan().hooks())
                .extracting(hook -> hook.name() + " " + hook.priority() + " " + hook.timeout())
                .containsExactly("grpc 100 PT4S", "pool 1000 PT10S");
    }
}
