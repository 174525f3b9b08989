package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.lock.LockHandle;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.ContractRules;
import io.github.pavelagarkov.kernel.tck.RecordedEvents;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/**
 * TM: what all contracts have in common. Asked of every part that the fixture provides.
 *
 * <p>The rules about a host's own identity and about a kernel as a whole are tested with the hosts.
 */
@SuppressWarnings("NullAway.Init") // set before each test
public class FoundationRules extends ContractRules {
    private static final List<String> NAMES = List.of("a", "z9", "orders-2026", "a-", "a".repeat(63));
    private static final List<String> NO_NAMES =
            List.of("", "A", "Orders", "orders_2026", "1a", "-a", "a b", "a.b", "a/b", "gr\u00fcn", "a".repeat(64));

    private TimedCalls calls;

    /** For the test engine. */
    public FoundationRules() {}

    @BeforeEach
    void openCalls() {
        calls = new TimedCalls(time());
    }

    /** What one node has of the parts; each empty if the implementation has none. */
    private record Parts(
            Optional<ReadinessBarrier> barrier,
            Optional<ShutdownRegistry> registry,
            Optional<JobScheduler> scheduler,
            Optional<LeaderElector> elector,
            Optional<DistributedLock> lock) {}

    private Parts parts(String identity, ShutdownSpec shutdown, SchedulerSpec jobs) {
        TckNode node = node(identity, new RecordedEvents());
        Optional<ReadinessBarrier> barrier = fixture().readinessBarrier(node);
        Parts parts = new Parts(
                barrier,
                fixture().shutdownRegistry(shutdown, barrier.orElseGet(SuiteBarrier::new), node),
                fixture().scheduler(jobs, List.of(), node),
                fixture().elector(node),
                fixture().lock(node));
        parts.scheduler().ifPresent(this::closing);
        parts.elector().ifPresent(this::closing);
        return parts;
    }

    private Parts parts(String identity) {
        return parts(identity, ShutdownSpec.defaults(), SchedulerSpec.of("jobs"));
    }

    private <T> T call(String what, Callable<T> call) {
        return calls.call(what + " returns", time().ticks(60), call);
    }

    private void run(String what, Executable call) {
        calls.run(what + " returns", time().ticks(60), call);
    }

    /** Nothing to ask is no pass. */
    private static void skipWithoutAny(Map<String, ?> asked) {
        if (asked.isEmpty()) {
            throw new TestAbortedException("the implementation under test provides no part that this rule is about");
        }
    }

    private static JobSpec job(String name) {
        return JobSpec.named(name).task(context -> {}).manual().build();
    }

    private Map<String, Consumer<String>> takersOfNames(Parts parts) {
        Map<String, Consumer<String>> takers = new LinkedHashMap<>();
        parts.barrier().ifPresent(barrier -> takers.put("ReadinessBarrier.component", barrier::component));
        parts.registry()
                .ifPresent(registry ->
                        takers.put("ShutdownRegistry.register", name -> registry.register(name, 1, context -> {})));
        parts.lock()
                .ifPresent(lock -> takers.put(
                        "DistributedLock.tryLock",
                        name -> call("tryLock()", () -> lock.tryLock(name, Duration.ofSeconds(10)))
                                .ifPresent(handle -> run("unlock()", handle::close))));
        return takers;
    }

    /** Look at the check of names: {@code Check.name} of kernel-api is there for it. */
    @Rule("TM-2")
    void tm2_whatFitsThePatternIsAName() {
        Parts parts = parts("a");
        Map<String, Consumer<String>> takers = takersOfNames(parts);
        parts.scheduler()
                .ifPresent(scheduler -> takers.put("JobScheduler.register", name -> scheduler.register(job(name))));
        parts.elector()
                .ifPresent(elector ->
                        takers.put("LeaderElector.join", name -> closing(elector.join(election(name), new Ignores()))));
        skipWithoutAny(takers);

        takers.forEach((what, taker) -> NAMES.forEach(name -> assertThat(thrownBy(() -> taker.accept(name)))
                .as("what %s threw for the name '%s'", what, name)
                .isNull()));
    }

    private static @Nullable Throwable thrownBy(Executable call) {
        try {
            call.execute();
            return null;
        } catch (Throwable e) {
            return e;
        }
    }

    /** Look at the check of names: what does not fit is refused as it is, and neither repaired nor stored. */
    @Rule("TM-2")
    void tm2_anythingElseIsRefusedWithAMessageThatShowsIt() {
        Map<String, Consumer<String>> takers = takersOfNames(parts("a"));
        skipWithoutAny(takers);

        takers.forEach((what, taker) -> NO_NAMES.forEach(
                name -> assertThatThrownBy(() -> taker.accept(name), "%s with the name '%s'", what, name)
                        .isInstanceOf(RuntimeException.class)
                        .hasMessageContaining(name)));
    }

    /** Look at where identity() comes from: the one that was given. The default is tested with the hosts. */
    @Rule("TM-3")
    void tm3_anIdentityThatIsToldIsKept() {
        String told = "worker-7.example:4711:0a1b2c";
        LeaderElector elector = closing(required(fixture().elector(node(told, new RecordedEvents())), "LeaderElector"));

        assertThat(elector.identity())
                .as("identity() of an elector that was told one")
                .isEqualTo(told);
    }

    /** Look at what a wrong call throws: one of the two exceptions for misuse, and nothing checked. */
    @Rule("TM-4")
    void tm4_misuseIsAnIllegalArgumentOrAnIllegalState() {
        Parts parts = parts("a");
        Map<String, Executable> misuses = new LinkedHashMap<>();
        parts.barrier()
                .ifPresent(barrier ->
                        misuses.put("awaitReady() of a negative time", () -> barrier.awaitReady(Duration.ofNanos(-1))));
        parts.registry().ifPresent(registry -> {
            registry.register("twice", 1, context -> {});
            misuses.put("register() of a name that is taken", () -> registry.register("twice", 1, context -> {}));
            misuses.put("register() of a priority of 0", () -> registry.register("zero", 0, context -> {}));
            misuses.put("runBelow() before begin()", () -> registry.runBelow(1));
            misuses.put("finish() before begin()", registry::finish);
        });
        parts.scheduler().ifPresent(scheduler -> {
            JobHandle twice = scheduler.register(job("twice"));
            misuses.put("register() of a job that is there", () -> scheduler.register(job("twice")));
            misuses.put("runNow() before start()", twice::runNow);
            misuses.put("stop() within no time", () -> scheduler.stop(Duration.ZERO));
        });
        parts.elector().ifPresent(elector -> {
            closing(elector.join(election("twice"), new Ignores()));
            misuses.put("join() of an election that is open", () -> elector.join(election("twice"), new Ignores()));
        });
        parts.lock().ifPresent(lock -> misuses.put("tryLock() for no time", () -> lock.tryLock("lock", Duration.ZERO)));
        skipWithoutAny(misuses);

        misuses.forEach((what, misuse) -> assertThatThrownBy(() -> run(what, misuse), what)
                .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class)
                .message()
                .as("message of the exception for %s", what)
                .isNotBlank());
    }

    /** Look at the catch blocks for InterruptedException: a call that waits hands it on. */
    @Rule("TM-4")
    void tm4_aCallThatWaitsThrowsInterruptedException() {
        Parts parts = parts("a");
        Duration long1 = time().ticks(600);
        Map<String, Callable<?>> waits = new LinkedHashMap<>();
        parts.barrier().ifPresent(barrier -> waits.put("awaitReady()", () -> barrier.awaitReady(long1)));
        parts.lock().ifPresent(lock -> {
            Optional<LockHandle> held = call("tryLock()", () -> lock.tryLock("lock", long1));
            held.ifPresent(this::closing);
            waits.put("lock()", () -> lock.lock("lock", long1, long1));
        });
        skipWithoutAny(waits);

        waits.forEach((what, wait) -> {
            CompletableFuture<Thread> waiter = new CompletableFuture<>();
            CompletableFuture<?> outcome = time().start(() -> {
                waiter.complete(Thread.currentThread());
                return wait.call();
            });
            time().until(what + " is called", time().ticks(10), waiter::isDone);

            waiter.join().interrupt();
            time().until(what + " returns when it is interrupted", time().ticks(60), outcome::isDone);

            assertThatThrownBy(outcome::join, what + " when it is interrupted")
                    .hasCauseInstanceOf(InterruptedException.class);
        });
    }

    /** Look at what leaves a call while the backend is down: KernelException, with what the driver threw as its cause. */
    @Rule("TM-4")
    void tm4_whatIsBrokenOutsideIsAKernelException() {
        requires(Capability.BACKEND_CONTROL);
        DistributedLock lock = required(parts("a").lock(), "DistributedLock");
        TckBackend backend = required(fixture().backend(), "TckBackend");
        backend.down();

        assertThatThrownBy(
                        () -> run("tryLock()", () -> lock.tryLock("lock", Duration.ofSeconds(10))),
                        "tryLock() while the backend is down")
                .isInstanceOf(KernelException.class);
        backend.up();
    }

    /** Look at every getter of a part that has just been made: nothing there is an empty Optional or an empty list. */
    @Rule("TM-5")
    void tm5_nothingIsNull() {
        Parts parts = parts("a");
        Map<String, Callable<?>> getters = new LinkedHashMap<>();
        parts.barrier().ifPresent(barrier -> {
            ReadinessComponent component = barrier.component("part");
            getters.put("ReadinessBarrier.snapshot()", barrier::snapshot);
            getters.put("ReadinessBarrier.whenReady()", barrier::whenReady);
            getters.put("ReadinessBarrier.addListener()", () -> barrier.addListener((previous, current) -> {}));
            getters.put("ReadinessComponent.name()", component::name);
            getters.put("ReadinessComponent.status()", component::status);
            getters.put("ReadinessComponent.ready()", component::ready);
            getters.put("ReadinessComponent.notReady()", () -> component.notReady("why"));
        });
        parts.registry().ifPresent(registry -> {
            getters.put("ShutdownRegistry.register()", () -> registry.register("hook", 1, context -> {}));
            getters.put("ShutdownRegistry.state()", registry::state);
            getters.put("ShutdownRegistry.plan()", registry::plan);
            getters.put("ShutdownRegistry.report()", registry::report);
            getters.put("ShutdownRegistry.remaining()", registry::remaining);
            getters.put("ShutdownRegistry.shutdown()", () -> registry.shutdown("test"));
            getters.put("ShutdownRegistry.report() at the end", registry::report);
        });
        parts.scheduler().ifPresent(scheduler -> {
            JobHandle handle = scheduler.register(job("job"));
            getters.put("JobScheduler.name()", scheduler::name);
            getters.put("JobScheduler.state()", scheduler::state);
            getters.put("JobScheduler.jobs()", scheduler::jobs);
            getters.put("JobScheduler.job() of no job", () -> scheduler.job("nobody"));
            getters.put("JobHandle.name()", handle::name);
            getters.put("JobHandle.spec()", handle::spec);
            getters.put("JobHandle.nextFireTime()", handle::nextFireTime);
            getters.put("JobHandle.lastRun()", handle::lastRun);
            getters.put("JobHandle.history()", handle::history);
            getters.put("JobHandle.stats()", handle::stats);
            getters.put("JobScheduler.stop()", () -> scheduler.stop(time().ticks(10)));
        });
        parts.elector().ifPresent(elector -> {
            Election election = closing(elector.join(election("election"), new Ignores()));
            getters.put("LeaderElector.identity()", elector::identity);
            getters.put("LeaderElector.elections()", elector::elections);
            getters.put("LeaderElector.election() of no election", () -> elector.election("nobody"));
            getters.put("Election.name()", election::name);
            getters.put("Election.spec()", election::spec);
            getters.put("Election.status()", election::status);
            getters.put("Election.term()", election::term);
            getters.put("Election.remaining()", election::remaining);
            getters.put("Election.currentLeader()", election::currentLeader);
        });
        parts.lock()
                .ifPresent(lock ->
                        getters.put("DistributedLock.tryLock()", () -> lock.tryLock("lock", Duration.ofSeconds(10))));
        skipWithoutAny(getters);

        getters.forEach((what, getter) -> whole(what, call(what, getter)));
    }

    /** Looks into Optionals, collections and records as well; records that are not public are the implementation's own. */
    private static void whole(String what, @Nullable Object value) {
        assertThat(value).as("%s, which must not be null", what).isNotNull();
        if (value instanceof Optional<?> optional) {
            optional.ifPresent(inside -> whole(what, inside));
        } else if (value instanceof Iterable<?> many) {
            many.forEach(each -> whole("an element of " + what, each));
        } else if (value instanceof Map<?, ?> map) {
            map.values().forEach(each -> whole("a value of " + what, each));
        } else if (value instanceof Record record
                && Modifier.isPublic(record.getClass().getModifiers())) {
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                whole(what + "." + component.getName(), read(record, component));
            }
        }
    }

    private static @Nullable Object read(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot read " + component.getName() + " of " + record, e);
        }
    }

    /** Look for static fields: what is given to one node must not be seen by another. */
    @Rule("TM-6")
    void tm6_twoKernelsWithDifferentSettingsLiveSideBySide() {
        ShutdownSpec shortShutdown = ShutdownSpec.defaults().withBudget(Duration.ofSeconds(5));
        ShutdownSpec longShutdown = ShutdownSpec.defaults().withBudget(Duration.ofSeconds(50));
        Parts one = parts("one", shortShutdown, SchedulerSpec.of("jobs-one"));
        Parts two = parts("two", longShutdown, SchedulerSpec.of("jobs-two"));
        Map<String, Executable> checks = new LinkedHashMap<>();
        both(
                one.barrier(),
                two.barrier(),
                (first, second) -> checks.put("barriers", () -> {
                    first.start();
                    first.component("part").ready();
                    assertThat(second.snapshot().components())
                            .as("components of a barrier, registered with another")
                            .isEmpty();
                    assertThat(second.snapshot().state())
                            .as("state of a barrier when another is started")
                            .isEqualTo(ReadinessBarrier.State.NEW);
                }));
        both(
                one.registry(),
                two.registry(),
                (first, second) -> checks.put("registries", () -> {
                    first.register("hook", 1, context -> {});
                    second.register("hook", 1, context -> {});
                    assertThat(List.of(first.plan().spec(), second.plan().spec()))
                            .as("settings of two registries")
                            .containsExactly(shortShutdown, longShutdown);
                    run("shutdown()", () -> first.shutdown("test"));
                    assertThat(second.state())
                            .as("state of a registry when another has ended")
                            .isEqualTo(ShutdownRegistry.State.RUNNING);
                }));
        both(
                one.scheduler(),
                two.scheduler(),
                (first, second) -> checks.put("schedulers", () -> {
                    first.register(job("job"));
                    assertThat(second.jobs())
                            .as("jobs of a scheduler, registered with another")
                            .isEmpty();
                    assertThat(List.of(first.name(), second.name()))
                            .as("names of two schedulers")
                            .containsExactly("jobs-one", "jobs-two");
                }));
        both(
                one.elector(),
                two.elector(),
                (first, second) -> checks.put("electors", () -> {
                    closing(first.join(election("election"), new Ignores()));
                    assertThat(second.elections())
                            .as("elections of an elector, joined with another")
                            .isEmpty();
                    closing(second.join(election("election"), new Ignores()));
                    assertThat(List.of(first.identity(), second.identity()))
                            .as("identities of two electors")
                            .containsExactly("one", "two");
                }));
        skipWithoutAny(checks);

        checks.values().forEach(check -> run("the check", check));
    }

    private static <T> void both(Optional<T> one, Optional<T> two, BiConsumer<T, T> check) {
        one.ifPresent(first -> two.ifPresent(second -> check.accept(first, second)));
    }

    /** Look at the first lines of start() and stop(): where there is nothing to do, nothing is done and nothing thrown. */
    @Rule("TM-7")
    void tm7_startAndStopDoNothingTheSecondTime() {
        Parts parts = parts("a");
        Map<String, Executable> checks = new LinkedHashMap<>();
        parts.barrier()
                .ifPresent(barrier -> checks.put("ReadinessBarrier", () -> {
                    barrier.start();
                    barrier.component("part").ready();
                    ReadinessSnapshot running = barrier.snapshot();
                    barrier.start();
                    assertThat(barrier.snapshot())
                            .as("a barrier after its second start()")
                            .isEqualTo(running);
                    barrier.stop();
                    ReadinessSnapshot stopped = barrier.snapshot();
                    barrier.stop();
                    assertThat(barrier.snapshot())
                            .as("a barrier after its second stop()")
                            .isEqualTo(stopped);
                }));
        parts.scheduler()
                .ifPresent(scheduler -> checks.put("JobScheduler", () -> {
                    scheduler.stop(time().ticks(10));
                    assertThat(scheduler.state())
                            .as("state after stop() of a new one")
                            .isEqualTo(JobScheduler.State.NEW);
                    scheduler.start();
                    scheduler.start();
                    assertThat(scheduler.state())
                            .as("state after a second start()")
                            .isEqualTo(JobScheduler.State.RUNNING);
                    scheduler.stop(time().ticks(10));
                    scheduler.stop(time().ticks(10));
                    assertThat(scheduler.state())
                            .as("state after a second stop()")
                            .isEqualTo(JobScheduler.State.STOPPED);
                    scheduler.close();
                    scheduler.close();
                    assertThat(scheduler.state())
                            .as("state after a second close()")
                            .isEqualTo(JobScheduler.State.CLOSED);
                }));
        parts.registry()
                .ifPresent(registry -> checks.put("ShutdownRegistry", () -> {
                    registry.begin("first");
                    registry.begin("second");
                    assertThat(registry.finish().reason())
                            .as("reason after a second begin()")
                            .isEqualTo("first");
                }));
        parts.elector()
                .ifPresent(elector -> checks.put("LeaderElector", () -> {
                    elector.close();
                    elector.close();
                }));
        skipWithoutAny(checks);

        checks.forEach((what, check) -> assertThat(thrownBy(() -> run("start and stop of " + what, check)))
                .as("what a second start() or stop() of %s threw or changed", what)
                .isNull());
    }

    /** Look at what stop() leaves behind: a scheduler and a barrier have as many lives as they are given. */
    @Rule("TM-8")
    void tm8_aSchedulerAndABarrierStartAgain() {
        Parts parts = parts("a");
        Map<String, Executable> checks = new LinkedHashMap<>();
        parts.barrier()
                .ifPresent(barrier -> checks.put("ReadinessBarrier", () -> {
                    barrier.start();
                    barrier.stop();
                    barrier.start();
                    barrier.component("part").ready();
                    assertThat(barrier.isReady())
                            .as("ready in the second life of a barrier")
                            .isTrue();
                }));
        parts.scheduler()
                .ifPresent(scheduler -> checks.put("JobScheduler", () -> {
                    JobHandle job = scheduler.register(job("job"));
                    scheduler.start();
                    scheduler.stop(time().ticks(10));
                    scheduler.start();
                    CompletableFuture<RunResult> run = job.runNow().toCompletableFuture();
                    assertThat(run.get().outcome())
                            .as("a run in the second life of a scheduler")
                            .isEqualTo(Outcome.SUCCESS);
                }));
        skipWithoutAny(checks);

        checks.forEach((what, check) -> assertThat(thrownBy(() -> run("second start of " + what, check)))
                .as("what the second life of %s threw", what)
                .isNull());
    }

    /** Look at what is possible after the end: who has one life says so, by name and state. */
    @Rule("TM-8")
    void tm8_theOthersRefuseASecondLifeByNameAndState() {
        Parts parts = parts("a");
        Map<String, SecondLife> secondLives = new LinkedHashMap<>();
        parts.registry().ifPresent(registry -> {
            run("shutdown()", () -> registry.shutdown("test"));
            secondLives.put(
                    "register() with a registry that has ended",
                    new SecondLife("late-hook", "stopped", () -> registry.register("late-hook", 1, context -> {})));
        });
        parts.elector().ifPresent(elector -> {
            run("close()", elector::close);
            secondLives.put(
                    "join() with an elector that is closed",
                    new SecondLife(
                            "late-election", "closed", () -> elector.join(election("late-election"), new Ignores())));
        });
        parts.scheduler().ifPresent(scheduler -> {
            run("close()", scheduler::close);
            secondLives.put(
                    "start() of a scheduler that is closed", new SecondLife("jobs", "closed", scheduler::start));
        });
        skipWithoutAny(secondLives);

        secondLives.forEach((what, life) -> assertThatThrownBy(() -> run(what, life.start()), what)
                .isInstanceOf(IllegalStateException.class)
                .message()
                .as("message for %s: name and state", what)
                .containsIgnoringCase(life.name())
                .containsIgnoringCase(life.state()));
    }

    /** An attempt to go on after the end, and what its refusal has to show. */
    private record SecondLife(String name, String state, Executable start) {}

    /** Does not care who leads. */
    private static final class Ignores implements LeadershipListener {
        @Override
        public void onElected(LeaderScope scope) {
            // Nothing to start.
        }

        @Override
        public void onDemoted(Term term, DemotionReason reason) {
            // Nothing to stop.
        }
    }
}
