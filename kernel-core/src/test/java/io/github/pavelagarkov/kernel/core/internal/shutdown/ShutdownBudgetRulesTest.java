package io.github.pavelagarkov.kernel.core.internal.shutdown;

import static io.github.pavelagarkov.kernel.core.internal.shutdown.ShutdownFixture.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.pavelagarkov.kernel.shutdown.HookOutcome;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownAction;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec.SamePriority;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ShutdownBudgetRulesTest {
    private static final Duration GRACE = Duration.ofMillis(200);

    private static ShutdownSpec budget(Duration budget) {
        return ShutdownSpec.defaults().withBudget(budget);
    }

    @Test
    void sd4_thousandHooksOneHangingOneThrowing998Ok() {
        ShutdownFixture on = new ShutdownFixture(budget(Duration.ofSeconds(2)));
        for (int i = 0; i < 1000; i++) {
            ShutdownAction action = switch (i) {
                case 300 -> on.hangs();
                case 600 ->
                    context -> {
                        throw new IllegalStateException("broken");
                    };
                default -> context -> {};
            };
            on.registry.register("hook-" + i, 1 + i / 10, action);
        }

        ShutdownReport report = on.shutdown();

        assertThat(report.count(HookOutcome.OK)).isEqualTo(998);
        assertThat(result(report, "hook-300").outcome()).isEqualTo(HookOutcome.ABANDONED);
        assertThat(result(report, "hook-600").outcome()).isEqualTo(HookOutcome.FAILED);
        assertThat(report.took()).isLessThanOrEqualTo(Duration.ofSeconds(2).plus(GRACE));
    }

    @Test
    void sd4_noHookRunsIntoTheReserveAndEverythingElseIsStartedInIt() {
        ShutdownFixture on = new ShutdownFixture(budget(Duration.ofSeconds(10)));
        on.registry.register("hangs", 1, on.hangs());
        for (int priority : List.of(2, 3, 4)) {
            for (String name : List.of("a", "b")) {
                on.registry.register(HookSpec.of(name + priority, priority, context -> {
                            on.log.add(name + priority + "@" + on.now().toMillis());
                            on.sleep(Duration.ofSeconds(60));
                        })
                        .withTimeout(Duration.ofSeconds(30)));
            }
        }
        on.registry.register("quick", 6, on.logs("quick"));
        on.registry.register("again", 1, on.logs("again"));
        ShutdownReport report = on.shutdown();

        // Reserve 1 s from 9 s on, 6 priorities are left: 1 (its second hook), 2, 3, 4, 5, 6; each is waited for 83.3
        // ms.
        assertThat(on.log)
                .containsExactlyInAnyOrder(
                        "ignored an interrupt@9000",
                        "again@9000",
                        "a2@9000",
                        "b2@9000",
                        "a3@9100",
                        "b3@9100",
                        "a4@9200",
                        "b4@9200",
                        "quick@9300");
        assertThat(result(report, "hangs").took()).isEqualTo(Duration.ofMillis(9200));
        assertThat(result(report, "a2").outcome()).isEqualTo(HookOutcome.TIMED_OUT);
        assertThat(result(report, "quick").outcome()).isEqualTo(HookOutcome.OK);
        assertThat(report.took()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void sd4_reserveIsTwoSecondsAtMost() {
        ShutdownFixture on = new ShutdownFixture(budget(Duration.ofSeconds(60)).withHookTimeout(Duration.ofMinutes(2)));
        on.registry.register("hangs", 1, on.hangs());

        ShutdownReport report = on.shutdown();

        assertThat(on.log).containsExactly("ignored an interrupt@58000");
        assertThat(report.took()).isEqualTo(Duration.ofMillis(58_200));
    }

    @Test
    void sd4_hooksThatNeverEndAreBoundedByBudgetAndOneGrace() {
        ShutdownFixture on = new ShutdownFixture(budget(Duration.ofSeconds(5)));
        for (int i = 0; i < 20; i++) {
            on.registry.register("stuck-" + i, 1 + i % 7, on.hangs());
        }

        ShutdownReport report = on.shutdown();

        assertThat(report.took()).isEqualTo(Duration.ofSeconds(5).plus(GRACE));
        assertThat(report.count(HookOutcome.ABANDONED)).isEqualTo(20);
    }

    @Test
    void sd4_budgetStandsStillWhileTheHostWaits() {
        ShutdownFixture on = new ShutdownFixture(budget(Duration.ofSeconds(10)).withDrainDelay(Duration.ofSeconds(2)));
        on.registry.register("leader", 20, on.takes(Duration.ofSeconds(1)));
        on.registry.register("pool", 1000, on.takes(Duration.ofSeconds(3)));
        List<Duration> left = new CopyOnWriteArrayList<>();

        assertThat(on.registry.remaining()).isEqualTo(Duration.ofSeconds(10));
        on.spawn(() -> {
            on.registry.begin("SIGTERM");
            on.registry.runBelow(ShutdownRegistry.HIGH);
            left.add(on.registry.remaining());
        });
        on.clock.advance(Duration.ofMinutes(1));
        left.add(on.registry.remaining());
        on.spawn(on.registry::finish);
        on.clock.advance(Duration.ofMinutes(1));

        assertThat(left).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7));
        assertThat(on.registry.remaining()).isZero();
        ShutdownReport report = on.registry.report().orElseThrow();
        assertThat(report.clean()).isTrue();
        assertThat(report.took()).isEqualTo(Duration.ofSeconds(6));
        assertThat(report.drained()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void sd4_drainDelayDoesNotRunIntoTheReserve() {
        ShutdownFixture on =
                new ShutdownFixture(budget(Duration.ofSeconds(10)).withDrainDelay(Duration.ofMillis(9_999)));
        on.registry.register("hook", 1, on.logs("hook"));

        ShutdownReport report = on.shutdown();

        assertThat(on.log).containsExactly("hook@9000");
        assertThat(report.clean()).isTrue();
    }

    @Test
    void sd4_interruptedCallerGoesStraightToTheReserveAndKeepsTheFlag() {
        ShutdownFixture on = new ShutdownFixture();
        on.registry.register("slow", 1, on.takes(Duration.ofSeconds(9)));
        on.registry.register("stuck", 2, on.hangs());
        on.registry.register("quick", 3, on.logs("quick"));
        List<Boolean> flag = new CopyOnWriteArrayList<>();

        Thread caller = on.spawn(() -> {
            on.registry.shutdown("SIGINT");
            flag.add(Thread.currentThread().isInterrupted());
        });
        on.clock.advance(Duration.ofSeconds(1));
        caller.interrupt();
        on.clock.advance(Duration.ofMinutes(1));

        ShutdownReport report = on.registry.report().orElseThrow();
        assertThat(flag).containsExactly(true);
        assertThat(report.hooks())
                .extracting(HookResult::outcome)
                .containsExactly(HookOutcome.TIMED_OUT, HookOutcome.OK, HookOutcome.ABANDONED);
        // 1 s before the interrupt, 2 s of reserve, 200 ms for the one that does not care.
        assertThat(report.took()).isEqualTo(Duration.ofMillis(3200));
    }

    @Test
    void sd4_interruptEndsTheDrainDelayAndIsKept() {
        ShutdownFixture on = new ShutdownFixture(budget(Duration.ofSeconds(25)).withDrainDelay(Duration.ofSeconds(20)));
        List<Boolean> flag = new CopyOnWriteArrayList<>();

        Thread caller = on.spawn(() -> {
            on.registry.begin("SIGINT");
            flag.add(Thread.currentThread().isInterrupted());
        });
        on.clock.advance(Duration.ofSeconds(3));
        caller.interrupt();
        on.clock.settle();

        assertThat(flag).containsExactly(true);
        assertThat(on.registry.state()).isEqualTo(ShutdownRegistry.State.STOPPING);
        assertThat(on.registry.remaining()).isEqualTo(Duration.ofSeconds(22));
    }

    @Test
    void sd4_hooksThatRegisterHooksForEverEndWithTheBudget() {
        ShutdownFixture on = new ShutdownFixture(budget(Duration.ofSeconds(2)));
        int[] count = new int[1];
        registerNext(on, count);

        ShutdownReport report = on.shutdown();

        assertThat(report.took()).isLessThanOrEqualTo(Duration.ofSeconds(2).plus(GRACE));
        assertThat(report.hooks()).hasSize(count[0]).noneMatch(hook -> hook.outcome() == HookOutcome.NOT_RUN);
    }

    @Test
    void sd4_noHookIsTakenAnyMoreWhenTheReserveIsOver() {
        ShutdownFixture on = new ShutdownFixture(budget(Duration.ofSeconds(5)));
        on.registry.register("stuck", 1, on.hangs());
        on.registry.register("stuck-too", 2, on.hangs());
        on.spawn(() -> on.registry.shutdown("test"));

        // The second is interrupted with the end of the reserve, and has its 200 ms from there.
        on.clock.advance(Duration.ofMillis(5_100));
        assertThat(on.registry.report()).isEmpty();

        assertThatIllegalStateException()
                .isThrownBy(() -> on.registry.register("late", 3, on.hangs()))
                .withMessageStartingWith("hook 'late' cannot be registered");
        on.clock.advance(Duration.ofSeconds(1));
        assertThat(on.registry.report().orElseThrow().took())
                .isEqualTo(Duration.ofSeconds(5).plus(GRACE));
    }

    private static void registerNext(ShutdownFixture on, int[] count) {
        on.registry.register("chain-" + count[0], 1, context -> {
            try {
                on.sleep(Duration.ofMillis(50));
            } finally {
                registerNext(on, count);
            }
        });
        count[0]++;
    }

    @Test
    void sd4_totalStaysInTheBudgetAndNothingIsDroppedWhateverHooksDo() {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            Duration budget = Duration.ofMillis(50 + random.nextInt(8_000));
            ShutdownSpec spec = budget(budget)
                    .withDrainDelay(Duration.ofMillis(random.nextInt(3) == 0 ? random.nextInt(50) : 0))
                    .withHookTimeout(Duration.ofMillis(1 + random.nextInt(3_000)))
                    .withSamePriority(random.nextBoolean() ? SamePriority.SEQUENTIAL : SamePriority.PARALLEL);
            ShutdownFixture on = new ShutdownFixture(spec);
            int hooks = 1 + random.nextInt(12);
            for (int i = 0; i < hooks; i++) {
                on.registry.register("hook-" + i, 1 + random.nextInt(200), anyAction(on, random));
            }

            on.spawn(() -> {
                on.registry.begin("test");
                on.registry.runBelow(ShutdownRegistry.HIGH);
                on.registry.finish();
            });
            on.clock.advance(Duration.ofSeconds(20));

            assertThat(on.registry.report()).as("seed %d", seed).isPresent();
            ShutdownReport report = on.registry.report().orElseThrow();
            assertThat(report.took()).as("seed %d", seed).isLessThanOrEqualTo(budget.plus(GRACE));
            assertThat(report.hooks())
                    .as("seed %d", seed)
                    .hasSize(hooks)
                    .noneMatch(hook -> hook.outcome() == HookOutcome.NOT_RUN);
        }
    }

    private static ShutdownAction anyAction(ShutdownFixture on, Random random) {
        Duration time = Duration.ofMillis(random.nextInt(2_000));
        return switch (random.nextInt(4)) {
            case 0 -> on.hangs();
            case 1 -> on.takes(time);
            case 2 ->
                context -> {
                    throw new IllegalStateException("broken");
                };
            default -> context -> {};
        };
    }
}
