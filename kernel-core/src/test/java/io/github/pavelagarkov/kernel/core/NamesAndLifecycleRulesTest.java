package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TM-2, TM-3, TM-6 to TM-8, where all parts are together. TM-1, TM-4 and TM-5 are rules about the code: ArchitectureTest. */
@Timeout(60)
final class NamesAndLifecycleRulesTest {
    private final KernelFixture on = new KernelFixture();

    private static JobSpec job(String name) {
        return JobSpec.named(name).manual().task(context -> {}).build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "1a", "-a", "a_b", "a.b", "a b", "\u00e4"})
    void tm2_aNameOutsideTheAlphabetIsRefusedAndShown(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ElectionSpec.of(name))
                .withMessageContaining("must match [a-z][a-z0-9-]{0,62}");
        assertThatIllegalArgumentException().isThrownBy(() -> job(name)).withMessageContaining("[a-z][a-z0-9-]{0,62}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> on.bare().onStart(name, kernel -> {}))
                .withMessageContaining("must match [a-z][a-z0-9-]{0,62}");
    }

    @Test
    void tm2_aNameHas63CharactersAtMost() {
        String longest = "a".repeat(63);

        assertThat(ElectionSpec.of(longest).name()).isEqualTo(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ElectionSpec.of(longest + "a"))
                .withMessageContaining(longest);
    }

    @Test
    void tm3_aProcessIsKnownByHostPidAndSixDigitsUnlessToldOtherwise() {
        Kernel first = on.bare().build();
        Kernel second = on.bare().build();
        Kernel told = on.bare("kernel.identity", "pod-7").build();

        assertThat(first.identity())
                .matches("[^:]+:" + ProcessHandle.current().pid() + ":[0-9a-f]{6}")
                .isNotEqualTo(second.identity());
        assertThat(told.identity()).isEqualTo("pod-7");
        first.close();
        second.close();
        told.close();
    }

    @Test
    void tm6_twoKernelsWithDifferentSettingsRunSideBySide() {
        KernelFixture other = new KernelFixture();
        Kernel first = on.builder("kernel.identity", "first")
                .supervise("cron", on.work("first"))
                .build();
        Kernel second = other.builder("kernel.identity", "second")
                .supervise("cron", other.work("second"))
                .build();

        first.start();
        second.start();
        on.clock.advance(Duration.ofMillis(10));
        other.clock.advance(Duration.ofMillis(10));
        on.stop(first);

        assertThat(on.log).containsExactly("first started", "first stopped CLOSED");
        assertThat(other.log).containsExactly("second started");
        assertThat(second.readiness().isReady()).isTrue();
        other.stop(second);
    }

    @Test
    void tm7_startingTwiceAndStoppingTwiceDoNothing() {
        Kernel kernel = on.bare().job(job("once")).build();
        JobScheduler scheduler = kernel.scheduler("jobs");
        ReadinessBarrier barrier = kernel.readiness();

        assertThat(scheduler.stop(Duration.ofSeconds(1)).clean()).isTrue();
        barrier.stop();
        scheduler.start();
        barrier.start();
        long version = barrier.snapshot().version();
        scheduler.start();
        barrier.start();

        assertThat(scheduler.state()).isEqualTo(JobScheduler.State.RUNNING);
        assertThat(barrier.snapshot().version()).isEqualTo(version);
        on.stop(kernel);
    }

    @Test
    void tm8_aSchedulerAndABarrierStartAgain() {
        Kernel kernel = on.bare().job(job("once")).build();
        JobScheduler scheduler = kernel.scheduler("jobs");
        ReadinessBarrier barrier = kernel.readiness();
        barrier.component("started").ready();
        scheduler.start();
        barrier.start();

        scheduler.stop(Duration.ofSeconds(1));
        barrier.stop();
        scheduler.start();
        barrier.start();
        barrier.component("started").ready();

        assertThat(scheduler.state()).isEqualTo(JobScheduler.State.RUNNING);
        assertThat(barrier.isReady()).isTrue();
        on.stop(kernel);
    }

    @Test
    void tm8_aKernelARegistryAndAnElectorHaveOneLife() {
        Kernel kernel = on.builder("kernel.identity", "pod-7").build();
        LeaderElector elector = kernel.elector();
        kernel.start();
        on.stop(kernel);

        assertThatIllegalStateException()
                .isThrownBy(kernel::start)
                .withMessage("kernel pod-7 is STOPPED, it can be started once");
        assertThatIllegalStateException()
                .isThrownBy(() -> kernel.shutdown().register("late", 1, context -> {}))
                .withMessage("hook 'late' cannot be registered: the shutdown is STOPPED, clean up here instead");
        assertThatIllegalStateException()
                .isThrownBy(() -> elector.supervise(ElectionSpec.of("cron"), on.work("late")))
                .withMessage("the leader elector is closed, cannot join election 'cron'");
    }
}
