package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.HookOutcome;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownAction;
import io.github.pavelagarkov.kernel.shutdown.ShutdownPlan.PlannedHook;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec.SamePriority;
import io.github.pavelagarkov.kernel.tck.ContractRules;
import io.github.pavelagarkov.kernel.tck.RecordedEvents;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;

/**
 * SD: an end in order. Give the suite a registry by {@code KernelFixture.shutdownRegistry}.
 *
 * <p>Hooks of these tests wait by the clock of the node, or ignore interrupts until the test is over.
 */
@SuppressWarnings("NullAway.Init") // set before each test
public class ShutdownRules extends ContractRules {
    private static final Duration GRACE = Duration.ofMillis(200);

    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final Map<String, Duration> startedAt = new ConcurrentHashMap<>();
    private final Map<String, Duration> interruptedAt = new ConcurrentHashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private TimedCalls calls;
    private ReadinessBarrier barrier;

    /** For the test engine. */
    public ShutdownRules() {}

    @BeforeEach
    void openBarrier() {
        calls = new TimedCalls(time());
        barrier = fixture().readinessBarrier(node("a", new RecordedEvents())).orElseGet(SuiteBarrier::new);
        closing(over::countDown);
    }

    private ShutdownRegistry registry(ShutdownSpec spec) {
        TckNode node = node("a", new RecordedEvents());
        return required(fixture().shutdownRegistry(spec, barrier, node), "ShutdownRegistry");
    }

    /** The defaults, in ticks: with more budget than any test needs. */
    private ShutdownSpec spec() {
        return ShutdownSpec.defaults().withBudget(time().ticks(600)).withHookTimeout(time().ticks(30));
    }

    private ShutdownReport shutdown(ShutdownRegistry registry) {
        return calls.call("shutdown() returns", time().ticks(120), () -> registry.shutdown("test"));
    }

    private void begin(ShutdownRegistry registry) {
        calls.run("begin() returns", time().ticks(60), () -> registry.begin("test"));
    }

    private void runBelow(ShutdownRegistry registry, int priority) {
        calls.run("runBelow() returns", time().ticks(60), () -> registry.runBelow(priority));
    }

    private ShutdownReport finish(ShutdownRegistry registry) {
        return calls.call("finish() returns", time().ticks(120), registry::finish);
    }

    private ShutdownAction notes(String name) {
        return context -> note(name);
    }

    private void note(String name) {
        startedAt.put(name, time().now());
        ran.add(name);
    }

    private Duration startOf(String hook) {
        return Optional.ofNullable(startedAt.get(hook))
                .orElseThrow(() -> new AssertionError("hook '" + hook + "' did not run, these did: " + ran));
    }

    private ShutdownAction takes(String name, Duration length) {
        return context -> {
            note(name);
            try {
                sleep(length);
            } catch (InterruptedException e) {
                interruptedAt.put(name, time().now());
                throw e;
            }
        };
    }

    private void sleep(Duration length) throws InterruptedException {
        KernelClock clock = time().clock();
        long until = clock.nanoTime() + length.toNanos();
        while (clock.nanoTime() - until < 0) {
            clock.park(until);
        }
    }

    /** Does not end before the test, whatever is done to it. */
    private ShutdownAction hangs(String name) {
        return context -> {
            note(name);
            hangForever(name);
        };
    }

    private void hangForever(String name) {
        while (over.getCount() > 0) {
            try {
                over.await();
            } catch (InterruptedException e) {
                // Ignored, as by code that cannot be stopped.
                interruptedAt.putIfAbsent(name, time().now());
            }
        }
    }

    private static HookResult result(ShutdownReport report, String hook) {
        return report.hooks().stream()
                .filter(result -> result.name().equals(hook))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("the report has no hook '" + hook + "', it has " + report.hooks()));
    }

    /** Look at how hooks are sorted: a smaller number runs earlier, equal numbers keep the order of registration. */
    @Rule("SD-1")
    void sd1_hooksRunByRisingPriorityAndInOrderOfRegistrationWithinOne() {
        ShutdownRegistry registry = registry(spec());
        registry.register("last", ShutdownRegistry.LOWEST, notes("last"));
        registry.register("b", ShutdownRegistry.MEDIUM, notes("b"));
        registry.register("low", ShutdownRegistry.LOW, notes("low"));
        registry.register("first", ShutdownRegistry.IMMEDIATE, notes("first"));
        registry.register("a", ShutdownRegistry.MEDIUM, notes("a"));
        registry.register("high", ShutdownRegistry.HIGH, notes("high"));
        registry.register("highest", ShutdownRegistry.HIGHEST, notes("highest"));
        registry.register("critical", ShutdownRegistry.CRITICAL, notes("critical"));
        List<String> order = List.of("first", "critical", "highest", "high", "b", "a", "low", "last");

        List<String> planned =
                registry.plan().hooks().stream().map(PlannedHook::name).toList();
        ShutdownReport report = shutdown(registry);

        assertThat(ran).as("order in which hooks ran").isEqualTo(order);
        assertThat(planned).as("order that plan() had told").isEqualTo(order);
        assertThat(report.clean()).as("clean() after hooks that all returned").isTrue();
    }

    /** Look at whether the next hook of a priority waits for the one before. */
    @Rule("SD-1")
    void sd1_sequentialHooksOfOnePriorityNeverRunAtTheSameTime() {
        ShutdownRegistry registry = registry(spec());
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            registry.register("hook-" + i, ShutdownRegistry.MEDIUM, context -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                sleep(time().ticks(1));
                running.decrementAndGet();
            });
        }

        shutdown(registry);

        assertThat(most).as("SEQUENTIAL hooks of one priority at the same time").hasValue(1);
    }

    /** Look at what PARALLEL does: all hooks of a priority are started before the first of them is waited for. */
    @Rule("SD-1")
    void sd1_parallelHooksOfOnePriorityRunAtOnceAndTheNextPriorityAfterThem() {
        ShutdownRegistry registry =
                registry(spec().withSamePriority(SamePriority.PARALLEL).withHookTimeout(time().ticks(10)));
        CountDownLatch all = new CountDownLatch(5);
        for (int i = 0; i < 5; i++) {
            registry.register("together-" + i, 10, context -> {
                all.countDown();
                all.await();
                sleep(time().ticks(1));
                ran.add("together");
            });
        }
        registry.register("after", 11, notes("after"));

        ShutdownReport report = shutdown(registry);

        assertThat(report.count(HookOutcome.OK))
                .as("PARALLEL hooks that wait for each other and return: %s", report.hooks())
                .isEqualTo(6);
        assertThat(ran)
                .as("order in which hooks ended")
                .containsExactly("together", "together", "together", "together", "together", "after");
    }

    /** Look at the first thing that begin() does: the barrier's beginShutdown, before the drain delay. */
    @Rule("SD-2")
    void sd2_readinessIsDownForTheWholeDrainDelayBeforeTheFirstHook() {
        Duration drain = time().ticks(5);
        ShutdownRegistry registry = registry(spec().withDrainDelay(drain));
        barrier.start();
        barrier.component("started").ready();
        registry.register("hook", ShutdownRegistry.IMMEDIATE, notes("hook"));
        AtomicReference<Duration> readyAt = new AtomicReference<>(time().now());

        CompletableFuture<ShutdownReport> report = time().start(() -> registry.shutdown("SIGTERM"));
        time().until("readiness is down after begin", time().ticks(60), () -> {
            Duration asked = time().now();
            if (barrier.isReady()) {
                readyAt.set(asked);
            }
            return !barrier.isReady();
        });
        ShutdownRegistry.State state = registry.state();
        time().until("shutdown() returns", time().ticks(60), report::isDone);

        // The reading was taken before the question: no barrier that goes down first can make it too late.
        assertThat(startOf("hook").minus(readyAt.get()))
                .as("time from readiness down to the first hook, the drain delay is %s", drain)
                .isGreaterThanOrEqualTo(drain);
        assertThat(report.join().drained()).as("drained() of the report").isGreaterThanOrEqualTo(drain);
        if (time().exact()) {
            assertThat(readyAt.get())
                    .as("last time at which the barrier was ready")
                    .isZero();
            assertThat(state).as("state during the drain delay").isEqualTo(ShutdownRegistry.State.DRAINING);
        }
    }

    /** Look at whether readiness can come back: the shutdown is announced by beginShutdown, not by stop. */
    @Rule("SD-2")
    void sd2_readinessStaysDownAfterTheShutdown() {
        ShutdownRegistry registry = registry(spec());
        barrier.start();
        barrier.component("started").ready();

        shutdown(registry);
        barrier.component("started").ready();

        assertThat(barrier.isReady()).as("ready again after the shutdown").isFalse();
        assertThat(barrier.snapshot().state())
                .as("state of the barrier after the shutdown")
                .isEqualTo(ReadinessBarrier.State.TERMINATED);
    }

    /** Look at how runBelow chooses: strictly smaller priorities, the rest stays for later steps. */
    @Rule("SD-2")
    void sd2_aHostStopsItsTrafficBetweenTheSteps() {
        ShutdownRegistry registry = registry(spec());
        registry.register("store", ShutdownRegistry.LOWEST, notes("store"));
        registry.register("pool", ShutdownRegistry.LOW, notes("pool"));
        registry.register("traffic", ShutdownRegistry.HIGH, notes("traffic"));
        registry.register("leader", ShutdownRegistry.CRITICAL, notes("leader"));

        begin(registry);
        assertThat(ran).as("hooks that ran in begin()").isEmpty();
        runBelow(registry, ShutdownRegistry.HIGH);
        assertThat(ran).as("hooks that ran below HIGH").containsExactly("leader");
        runBelow(registry, ShutdownRegistry.LOW);
        assertThat(ran).as("hooks that ran below LOW").containsExactly("leader", "traffic");
        ShutdownReport report = finish(registry);

        assertThat(ran).as("hooks that ran at the end").containsExactly("leader", "traffic", "pool", "store");
        assertThat(report.reason()).as("reason given to begin()").isEqualTo("test");
        assertThat(registry.state()).as("state at the end").isEqualTo(ShutdownRegistry.State.STOPPED);
        assertThat(registry.report()).as("report() at the end").contains(report);
    }

    /** Look at the guards of runBelow and finish: a host that forgets begin() must hear of it. */
    @Rule("SD-2")
    void sd2_stepsBeforeBeginAreRefused() {
        ShutdownRegistry registry = registry(spec());
        registry.register("hook", 1, notes("hook"));

        assertThatThrownBy(() -> finish(registry), "finish() before begin()").isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> runBelow(registry, 5), "runBelow() before begin()")
                .isInstanceOf(IllegalStateException.class);
        assertThat(ran).as("hooks that ran before begin()").isEmpty();
    }

    /** Look at what is caught around a hook: every Throwable, and nothing of the rest is skipped. */
    @Rule("SD-3")
    void sd3_aHookThatThrowsIsFailedAndTheNextRuns() {
        ShutdownRegistry registry = registry(spec());
        Error error = new StackOverflowError("deep");
        registry.register("broken", 1, context -> {
            throw error;
        });
        registry.register("next", 2, notes("next"));

        ShutdownReport report = shutdown(registry);

        assertThat(ran).as("hooks that ran after one that threw").containsExactly("next");
        assertThat(result(report, "broken").outcome())
                .as("outcome of a hook that threw")
                .isEqualTo(HookOutcome.FAILED);
        assertThat(result(report, "broken").error()).as("what it threw").containsSame(error);
        assertThat(result(report, "next").outcome()).as("outcome of the next").isEqualTo(HookOutcome.OK);
        assertThat(report.clean()).as("clean() after a hook that threw").isFalse();
    }

    /** Look at the deadline of a hook: the registry's, or its own, from its start; then it is interrupted. */
    @Rule("SD-3")
    void sd3_aHookIsInterruptedAtItsDeadline() {
        ShutdownRegistry registry = registry(spec().withHookTimeout(time().ticks(10)));
        registry.register("slow", 1, takes("slow", time().ticks(60)));
        registry.register(HookSpec.of("own", 2, takes("own", time().ticks(60))).withTimeout(time().ticks(3)));
        registry.register("next", 3, notes("next"));

        ShutdownReport report = shutdown(registry);

        for (Map.Entry<String, Duration> hook :
                Map.of("slow", time().ticks(10), "own", time().ticks(3)).entrySet()) {
            HookResult result = result(report, hook.getKey());
            assertThat(interruptedAt)
                    .as("hooks of 60 ticks that were interrupted, '%s' after %s", hook.getKey(), hook.getValue())
                    .containsKey(hook.getKey());
            // On a slow machine the answer to the interrupt may take longer than it has.
            assertThat(result.outcome())
                    .as("outcome of a hook that was interrupted at its deadline")
                    .isIn(HookOutcome.TIMED_OUT, time().exact() ? HookOutcome.TIMED_OUT : HookOutcome.ABANDONED);
            assertThat(result.took()).as("how long it ran").isGreaterThanOrEqualTo(hook.getValue());
        }
        assertThat(result(report, "next").outcome()).as("outcome of the next").isEqualTo(HookOutcome.OK);
        if (time().exact()) {
            assertThat(startOf("next")).as("when the next began").isEqualTo(time().ticks(13));
        }
    }

    /** Look at what follows the interrupt: 200 ms, then the hook is left behind with its stack. */
    @Rule("SD-3")
    void sd3_aHookThatIgnoresTheInterruptIsAbandonedWithItsStack() {
        Duration deadline = time().ticks(2);
        ShutdownRegistry registry = registry(spec());
        registry.register(HookSpec.of("stuck", 1, hangs("stuck")).withTimeout(deadline));
        registry.register("next", 2, notes("next"));

        ShutdownReport report = shutdown(registry);

        HookResult stuck = result(report, "stuck");
        assertThat(stuck.outcome())
                .as("outcome of a hook that ignores interrupts")
                .isEqualTo(HookOutcome.ABANDONED);
        assertThat(interruptedAt.get("stuck")).as("when it was interrupted").isGreaterThanOrEqualTo(deadline);
        assertThat(startOf("next"))
                .as("when the next began")
                .isGreaterThanOrEqualTo(startOf("stuck").plus(deadline).plus(GRACE));
        assertThat(stuck.stuckAt())
                .as("frames of the abandoned hook, which hangs in hangForever")
                .anyMatch(frame -> frame.contains("hangForever"));
        assertThat(result(report, "next").outcome()).as("outcome of the next").isEqualTo(HookOutcome.OK);
        if (time().exact()) {
            assertThat(startOf("next")).as("when the next began").isEqualTo(deadline.plus(GRACE));
        }
    }

    /** Look at the thread that runs a hook: never that of the caller, which has to watch the deadline. */
    @Rule("SD-3")
    void sd3_aHookRunsOnAThreadOfItsOwnAndSeesItsTime() {
        ShutdownRegistry registry = registry(spec());
        AtomicReference<Thread> caller = new AtomicReference<>();
        AtomicReference<Thread> hook = new AtomicReference<>();
        List<Duration> left = new CopyOnWriteArrayList<>();
        List<String> reasons = new CopyOnWriteArrayList<>();
        registry.register(HookSpec.of("hook", 1, context -> {
                    hook.set(Thread.currentThread());
                    reasons.add(context.reason());
                    left.add(context.remaining());
                    sleep(time().ticks(1));
                    left.add(context.remaining());
                })
                .withTimeout(time().ticks(8)));

        calls.run("shutdown() returns", time().ticks(60), () -> {
            caller.set(Thread.currentThread());
            registry.shutdown("deploy");
        });

        assertThat(hook.get()).as("thread of a hook").isNotNull().isNotSameAs(caller.get());
        assertThat(reasons).as("reason that a hook sees").containsExactly("deploy");
        assertThat(left.get(0)).as("time left at the start").isLessThanOrEqualTo(time().ticks(8));
        assertThat(left.get(1)).as("time left a tick later").isLessThanOrEqualTo(time().ticks(7));
        if (time().exact()) {
            assertThat(left).as("time left").containsExactly(time().ticks(8), time().ticks(7));
        }
    }

    /** Look at the end of the budget: no hook, however many hang, may hold up the process beyond it. */
    @Rule("SD-4")
    void sd4_hooksThatNeverEndAreBoundedByTheBudget() {
        Duration budget = time().ticks(5);
        ShutdownRegistry registry = registry(spec().withBudget(budget));
        for (int i = 0; i < 20; i++) {
            registry.register("stuck-" + i, 1 + i % 7, hangs("stuck-" + i));
        }

        Duration took = calls.call("shutdown() returns, the budget is " + budget, time().ticks(60), () -> {
            registry.shutdown("test");
            return time().now();
        });

        ShutdownReport report = registry.report().orElseThrow();
        assertThat(report.count(HookOutcome.ABANDONED))
                .as("20 hooks that never end: %s", report.hooks())
                .isEqualTo(20);
        assertThat(ran).as("hooks that were started").hasSize(20);
        if (time().exact()) {
            assertThat(took).as("budget %s and what a shutdown took", budget).isLessThanOrEqualTo(budget.plus(GRACE));
        }
    }

    /** Look at the reserve at the end of the budget: it belongs to the hooks that have not had their turn. */
    @Rule("SD-4")
    void sd4_hooksNotYetStartedAreStartedInTheReserveInOrder() {
        Duration budget = time().ticks(time().exact() ? 60 : 30);
        Duration tenth = budget.dividedBy(10);
        Duration reserve = tenth.compareTo(Duration.ofSeconds(2)) < 0 ? tenth : Duration.ofSeconds(2);
        ShutdownRegistry registry = registry(spec().withBudget(budget).withHookTimeout(time().ticks(200)));
        registry.register("hangs", 1, hangs("hangs"));
        List<String> waiting = new ArrayList<>();
        for (int priority = 2; priority < 6; priority++) {
            waiting.add("waits-" + priority);
            registry.register("waits-" + priority, priority, takes("waits-" + priority, time().ticks(200)));
        }

        shutdown(registry);

        assertThat(ran).as("hooks that ran although the first one hangs").contains(waiting.toArray(String[]::new));
        for (String hook : waiting) {
            assertThat(startOf(hook))
                    .as("start of '%s': not before the reserve of %s at the end of %s", hook, reserve, budget)
                    .isGreaterThanOrEqualTo(budget.minus(reserve));
            if (time().exact()) {
                assertThat(startOf(hook))
                        .as("start of '%s': in the reserve, before the end of %s", hook, budget)
                        .isLessThanOrEqualTo(budget);
            }
        }
        if (time().exact()) {
            assertThat(waiting.stream().map(this::startOf).toList())
                    .as("starts in the reserve, by rising priority")
                    .isSorted();
        }
    }

    /** Look at whether the reserve drops hooks: with one hook that hangs, all others still run. */
    @Rule("SD-4")
    void sd4_oneHangingHookCostsNoOtherItsTurn() {
        ShutdownRegistry registry = registry(spec().withBudget(time().ticks(20)).withHookTimeout(time().ticks(200)));
        AtomicInteger others = new AtomicInteger();
        for (int i = 0; i < 200; i++) {
            ShutdownAction action = i == 60 ? hangs("hangs") : context -> others.incrementAndGet();
            registry.register("hook-" + i, 1 + i, action);
        }

        ShutdownReport report = shutdown(registry);

        assertThat(report.hooks()).as("hooks in the report").hasSize(200);
        assertThat(report.count(HookOutcome.NOT_RUN))
                .as("hooks that did not run")
                .isZero();
        if (time().exact()) {
            assertThat(report.count(HookOutcome.OK))
                    .as("hooks that are OK, 1 of 200 hangs")
                    .isEqualTo(199);
        }
        time().until("all 199 hooks that do not hang have run", time().ticks(10), () -> others.get() == 199);
    }

    /** Look at what the budget counts: the steps, not the time in which a host waits for its requests in between. */
    @Rule("SD-4")
    void sd4_theBudgetStandsStillWhileTheHostWaits() {
        Duration budget = time().ticks(20);
        ShutdownRegistry registry = registry(spec().withBudget(budget));
        registry.register("leader", ShutdownRegistry.CRITICAL, takes("leader", time().ticks(2)));
        registry.register("pool", ShutdownRegistry.LOW, takes("pool", time().ticks(3)));
        assertThat(registry.remaining()).as("budget left before begin()").isEqualTo(budget);

        begin(registry);
        runBelow(registry, ShutdownRegistry.HIGH);
        Duration left = registry.remaining();
        time().pass(time().ticks(25));

        assertThat(left).as("budget left after a hook of 2 ticks").isLessThanOrEqualTo(time().ticks(18));
        assertThat(registry.remaining()).as("budget left after the host waited").isEqualTo(left);
        ShutdownReport report = finish(registry);
        assertThat(report.clean())
                .as("clean(): the wait took nothing from the hooks: %s", report.hooks())
                .isTrue();
        assertThat(registry.remaining()).as("budget left at the end").isZero();
        if (time().exact()) {
            assertThat(report.took()).as("took(), without the wait of the host").isEqualTo(time().ticks(5));
        }
    }

    /** Look at where the budget begins: at begin(), so that the drain delay is part of it. */
    @Rule("SD-4")
    void sd4_theDrainDelayIsPartOfTheBudget() {
        Duration budget = time().ticks(40);
        ShutdownRegistry registry = registry(spec().withBudget(budget).withDrainDelay(time().ticks(10)));
        AtomicReference<Duration> left = new AtomicReference<>();
        registry.register("hook", 1, context -> left.set(registry.remaining()));

        ShutdownReport report = shutdown(registry);

        assertThat(left.get())
                .as("budget of %s left to the first hook after a drain of %s", budget, report.drained())
                .isLessThanOrEqualTo(budget.minus(report.drained()));
    }

    /** Look at what a second caller gets: it waits for the first one and returns the same report. */
    @Rule("SD-5")
    void sd5_everyCallerGetsTheSameReport() {
        ShutdownRegistry registry = registry(spec());
        registry.register("slow", 1, takes("slow", time().ticks(2)));
        List<CompletableFuture<ShutdownReport>> reports = new ArrayList<>();

        for (int i = 0; i < 4; i++) {
            reports.add(time().start(() -> registry.shutdown("by many")));
        }
        for (CompletableFuture<ShutdownReport> report : reports) {
            time().until("shutdown() returns to every caller", time().ticks(60), report::isDone);
        }

        ShutdownReport again = shutdown(registry);
        assertThat(ran).as("runs of the hook").containsExactly("slow");
        assertThat(again.completed())
                .as("completed() of a report taken after the end")
                .isTrue();
        assertThat(reports.stream().map(CompletableFuture::join).toList())
                .as("reports of calls at the same time")
                .containsOnly(again);
    }

    /** Look at shutdown() on the thread of a hook: it must not wait for the hook it is called from. */
    @Rule("SD-5")
    void sd5_aHookThatCallsShutdownGetsASnapshot() {
        ShutdownRegistry registry = registry(spec());
        List<ShutdownReport> seen = new CopyOnWriteArrayList<>();
        registry.register("done", 1, context -> {});
        registry.register("asks", 2, context -> {
            seen.add(registry.shutdown("again"));
            seen.add(registry.finish());
        });
        registry.register("waits", 3, context -> {});

        ShutdownReport report = shutdown(registry);

        assertThat(result(report, "asks").outcome())
                .as("outcome of a hook that calls shutdown(), which must not wait for that hook")
                .isEqualTo(HookOutcome.OK);
        assertThat(seen).as("reports that the hook got").hasSize(2).allSatisfy(snapshot -> {
            assertThat(snapshot.completed()).as("completed() of a snapshot").isFalse();
            assertThat(result(snapshot, "done").outcome())
                    .as("a hook that has run")
                    .isEqualTo(HookOutcome.OK);
        });
        assertThat(report.clean()).as("clean(): the other hooks had their turn").isTrue();
    }

    /** Look at register() during the shutdown: it must not wait, and what it adds runs in its place, or next. */
    @Rule("SD-6")
    void sd6_aHookRegisteredLateRunsInItsPlaceOrNext() {
        ShutdownRegistry registry = registry(spec());
        registry.register("first", 50, context -> {
            registry.register("ahead", 70, notes("ahead"));
            registry.register("passed", 10, notes("passed"));
        });
        registry.register("last", 100, notes("last"));

        ShutdownReport report = shutdown(registry);

        assertThat(result(report, "first").outcome())
                .as("outcome of a hook that registers hooks, which must not wait for the end of the shutdown")
                .isEqualTo(HookOutcome.OK);
        assertThat(ran).as("order in which hooks ran").containsExactly("passed", "ahead", "last");
        assertThat(result(report, "passed").outcome())
                .as("a hook whose turn had passed when it was registered")
                .isEqualTo(HookOutcome.LATE_OK);
        assertThat(result(report, "ahead").outcome())
                .as("a hook that was registered before its turn")
                .isEqualTo(HookOutcome.OK);
        assertThat(report.clean())
                .as("clean() with late hooks that all returned")
                .isTrue();
    }

    /** Look at hooks that come while the host stops its traffic: between two steps they are not lost either. */
    @Rule("SD-6")
    void sd6_aHookRegisteredBetweenTwoStepsRunsInTheNext() {
        ShutdownRegistry registry = registry(spec());
        begin(registry);
        runBelow(registry, ShutdownRegistry.HIGH);
        registry.register("late", ShutdownRegistry.CRITICAL, notes("late"));
        registry.register("in-time", ShutdownRegistry.MEDIUM, notes("in-time"));

        ShutdownReport report = finish(registry);

        assertThat(ran).as("hooks that ran").containsExactly("late", "in-time");
        assertThat(result(report, "late").outcome())
                .as("a hook below the step that had run")
                .isEqualTo(HookOutcome.LATE_OK);
        assertThat(result(report, "in-time").outcome()).as("a hook above it").isEqualTo(HookOutcome.OK);
    }

    /** Look at register() after the end: who opened something has to be told that nobody will close it. */
    @Rule("SD-6")
    void sd6_aHookRegisteredAfterTheEndIsRefused() {
        ShutdownRegistry registry = registry(spec());
        shutdown(registry);

        assertThatThrownBy(() -> registry.register("too-late", 1, notes("too-late")), "register() after the end")
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("too-late");
    }

    /** Look at Registration.remove(): true once before the hook's turn, false ever after. */
    @Rule("SD-7")
    void sd7_aRegistrationCanBeTakenBackUntilTheHookRuns() {
        ShutdownRegistry registry = registry(spec());
        List<Registration> own = new CopyOnWriteArrayList<>();
        List<Boolean> whileRunning = new CopyOnWriteArrayList<>();
        Registration taken = registry.register("short", 1, notes("short"));
        own.add(registry.register(
                "running", 2, context -> whileRunning.add(own.get(0).remove())));

        assertThat(taken.remove()).as("remove() before the hook's turn").isTrue();
        assertThat(taken.remove()).as("remove() for the second time").isFalse();
        Registration again = registry.register("short", 3, notes("again"));
        ShutdownReport report = shutdown(registry);

        assertThat(ran).as("hooks that ran").containsExactly("again");
        assertThat(whileRunning).as("remove() while the hook runs").containsExactly(false);
        assertThat(again.remove()).as("remove() after the hook ran").isFalse();
        assertThat(report.hooks())
                .extracting(HookResult::name)
                .as("hooks in the report")
                .containsExactly("running", "short");
    }

    /** Look at whether the registry keeps names: a report with two hooks of one name cannot be read. */
    @Rule("SD-7")
    void sd7_aNameThatIsTakenIsRefused() {
        ShutdownRegistry registry = registry(spec());
        registry.register("cache", 1, notes("the first"));

        assertThatThrownBy(
                        () -> registry.register("cache", 2, notes("the second")),
                        "register() with a name that is taken")
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cache");
        shutdown(registry);

        assertThat(ran).as("hooks that ran").containsExactly("the first");
    }

    /** Look at the context class loader: that of the thread that registered the hook, not that of who shuts down. */
    @Rule("SD-10")
    void sd10_aHookSeesTheContextClassLoaderOfItsRegistration() throws Exception {
        ShutdownRegistry registry = registry(spec());
        AtomicReference<ClassLoader> seen = new AtomicReference<>();
        Thread self = Thread.currentThread();
        ClassLoader before = self.getContextClassLoader();
        try (URLClassLoader application = new URLClassLoader(new URL[0], before)) {
            self.setContextClassLoader(application);
            try {
                registry.register(
                        "hook", 1, context -> seen.set(Thread.currentThread().getContextClassLoader()));
            } finally {
                self.setContextClassLoader(before);
            }

            shutdown(registry);

            assertThat(seen.get())
                    .as("context class loader of a hook: that of its registration")
                    .isSameAs(application);
        }
    }
}
