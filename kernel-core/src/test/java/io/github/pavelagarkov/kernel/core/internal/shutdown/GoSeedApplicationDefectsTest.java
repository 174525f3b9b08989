package io.github.pavelagarkov.kernel.core.internal.shutdown;

import static io.github.pavelagarkov.kernel.core.internal.shutdown.ShutdownFixture.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.shutdown.HookOutcome;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the Go library gets wrong in its application's stop, as far as the registry is concerned. */
class GoSeedApplicationDefectsTest {
    @Test
    void a3_throwingHookNeitherSkipsTheRestNorBreaksTheNextStop() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("broken", 1, context -> {
            throw new AssertionError("an Error, not an Exception");
        });
        on.registry.register("rest", 2, on.logs("rest"));

        ShutdownReport report = on.shutdown();

        assertThat(on.log).containsExactly("rest@0");
        assertThat(on.registry.shutdown("again")).isSameAs(report);
    }

    @Test
    void a4_hookThatRegistersAHookDoesNotDeadlock() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("outer", 10, context -> on.registry.register("inner", 20, on.logs("inner")));

        ShutdownReport report = on.shutdown();

        assertThat(report.clean()).isTrue();
        assertThat(on.log).containsExactly("inner@0");
    }

    @Test
    void a5_hangingHookKeepsNeitherTheRestNorTheEnd() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("hangs", 1, on.hangs());
        on.registry.register("rest", 2, on.logs("rest"));

        ShutdownReport report = on.shutdown();

        assertThat(result(report, "hangs").outcome()).isEqualTo(HookOutcome.ABANDONED);
        assertThat(result(report, "rest").outcome()).isEqualTo(HookOutcome.OK);
    }

    @Test
    void a9_brokenSupervisorStopLeavesNoLockBehind() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("supervisor", ShutdownRegistry.CRITICAL, context -> {
            on.registry.plan();
            throw new IllegalStateException("stop failed");
        });
        on.registry.register("pool", ShutdownRegistry.LOW, on.logs("pool"));

        on.registry.begin("test");
        on.registry.runBelow(ShutdownRegistry.HIGH);

        assertThat(on.registry.plan().hooks()).hasSize(1);
        assertThat(on.registry.finish().count(HookOutcome.OK)).isEqualTo(1);
    }

    @Test
    void a12_anythingThrownIsReportedWhateverItsType() {
        ShutdownFixture on = new ShutdownFixture();
        Throwable odd = new Throwable("neither Exception nor Error");
        on.registry.register("odd", 1, context -> GoSeedApplicationDefectsTest.<RuntimeException>sneak(odd));

        ShutdownReport report = on.shutdown();

        assertThat(result(report, "odd").error()).containsSame(odd);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> void sneak(Throwable error) throws T {
        throw (T) error;
    }

    @Test
    void a13_schedulersStopInTheirPlaceNotWithTheSignal() {
        ShutdownFixture on = new ShutdownFixture(ShutdownSpec.defaults().withDrainDelay(Duration.ofSeconds(5)));
        on.registry.register("scheduler", ShutdownRegistry.MEDIUM, on.logs("scheduler"));
        on.registry.register("http", ShutdownRegistry.HIGH, on.takes(Duration.ofSeconds(2)));

        on.shutdown();

        assertThat(on.log).containsExactly("scheduler@7000");
    }

    @Test
    void a14_prioritiesAloneDecideWhoStopsFirst() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("election", ShutdownRegistry.CRITICAL, on.logs("election"));
        on.registry.register("at-once", ShutdownRegistry.IMMEDIATE, on.logs("at-once"));

        on.shutdown();

        assertThat(on.log).containsExactly("at-once@0", "election@0");
    }

    @Test
    void a15_registrationFromManyThreadsLosesNoHook() throws Exception {
        ShutdownFixture on = new ShutdownFixture();
        ShutdownRegistry registry = PhasedShutdownRegistry.create(
                ShutdownSpec.defaults(), on.barrier, KernelClock.system(), KernelThreads.system(), Events.none());
        int writers = 8;
        int each = 500;
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            String prefix = "writer-" + writer + "-";
            Thread thread = KernelThreads.system().newThread(prefix, () -> {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                for (int i = 0; i < each; i++) {
                    registry.register(prefix + i, 1 + i, context -> ran.incrementAndGet());
                }
            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        ShutdownReport report = registry.shutdown("test");

        assertThat(report.hooks()).hasSize(writers * each);
        assertThat(ran).hasValue(writers * each);
    }
}
