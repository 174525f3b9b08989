package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.CancellationSource;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Several nodes over one scripted store on virtual time. The one place that knows which engine is tested. */
final class LeaderNodes {
    static final LeaseKey KEY = LeaseKey.election("cron");

    /** Makes the elector that is tested. */
    @FunctionalInterface
    interface Engine {
        LeaderElector create(
                LeaseStore store,
                String identity,
                TestClock clock,
                Consumer<KernelEvent> events,
                OverrunHandler overruns);
    }

    static final Engine LEASES = (store, identity, clock, events, overruns) -> LeaseLeaderElector.create(
            store, identity, clock, KernelThreads.of(clock.threads()), event -> events.accept(event.get()), overruns);

    @FunctionalInterface
    interface OnElected {
        void run(LeaderScope scope) throws Exception;
    }

    @FunctionalInterface
    interface OnDemoted {
        void run(Term term, DemotionReason reason) throws Exception;
    }

    final TestClock clock = new TestClock();
    final ScriptedLeaseStore.Backend backend = new ScriptedLeaseStore.Backend(clock);
    /** What the listeners were told, in order: {@code a elected}, {@code a demoted CLOSED}, {@code a stopped}. */
    final List<String> log = new CopyOnWriteArrayList<>();

    private final Engine engine;

    LeaderNodes(Engine engine) {
        this.engine = engine;
    }

    Node node(String identity) {
        return new Node(identity);
    }

    void advance(Duration by) {
        clock.advance(by);
    }

    /** Waits on virtual time, in a callback that ignores every wish to stop. */
    void work(Duration howLong) throws InterruptedException {
        new CancellationSource(clock).sleep(howLong);
    }

    /** Holds a callback until a test lets it go; virtual time knows when it goes on. */
    final class Hold {
        private final ClockGate gate = new ClockGate(clock);
        private volatile boolean open;

        void await() throws InterruptedException {
            gate.await(() -> open, Deadlines.never(clock.nanoTime()));
        }

        void open() {
            open = true;
            gate.signalAll();
        }
    }

    Hold hold() {
        return new Hold();
    }

    /** Runs a blocking call while the test moves the clock. */
    CompletableFuture<Void> inBackground(Runnable call) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        clock.threads()
                .newThread(() -> {
                    try {
                        call.run();
                        done.complete(null);
                    } catch (RuntimeException | Error e) {
                        done.completeExceptionally(e);
                    }
                })
                .start();
        clock.settle();
        return done;
    }

    /** The same, for a call whose end does not matter to the test. */
    void runInBackground(Runnable call) {
        var unused = inBackground(call);
    }

    /** One process. Set what its callbacks do before it joins. */
    final class Node implements LeadershipListener {
        final ScriptedLeaseStore store = new ScriptedLeaseStore(backend);
        final List<KernelEvent> events = new CopyOnWriteArrayList<>();
        final List<ElectionSpec> overruns = new CopyOnWriteArrayList<>();
        final List<Term> terms = new CopyOnWriteArrayList<>();
        final List<Long> electedAt = new CopyOnWriteArrayList<>();
        final LeaderElector elector;
        private final String name;
        volatile OnElected onElected = scope -> {};
        volatile OnDemoted onDemoted = (term, reason) -> {};
        volatile OverrunHandler onOverrun = OverrunHandler.none();

        private Node(String name) {
            this.name = name;
            this.elector = engine.create(store, name, clock, events::add, (spec, term) -> {
                overruns.add(spec);
                onOverrun.onOverrun(spec, term);
            });
        }

        Election join() {
            return join(ElectionSpec.of("cron"));
        }

        /** Joins, and lets the first request go out and come back if the store is well. */
        Election join(ElectionSpec spec) {
            Election election = elector.join(spec, this);
            advance(Duration.ofMillis(2));
            return election;
        }

        Election lead() {
            Election election = join();
            if (!election.isLeader()) {
                throw new AssertionError(name + " does not lead: " + election);
            }
            return election;
        }

        @Override
        public void onElected(LeaderScope scope) throws Exception {
            log.add(name + " elected");
            terms.add(scope.term());
            electedAt.add(clock.nanoTime());
            onElected.run(scope);
        }

        @Override
        public void onDemoted(Term term, DemotionReason reason) {
            log.add(name + " demoted " + reason);
            try {
                onDemoted.run(term, reason);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                log.add(name + " stopped");
            }
        }

        <E extends KernelEvent> List<E> events(Class<E> type) {
            return events.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }
}
