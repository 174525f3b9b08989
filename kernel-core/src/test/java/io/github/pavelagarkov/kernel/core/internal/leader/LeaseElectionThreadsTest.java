package io.github.pavelagarkov.kernel.core.internal.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real threads and real time, a fixed number of rounds: nothing hangs, nothing is told twice, nothing is left behind. */
@Timeout(120)
final class LeaseElectionThreadsTest {
    private static final int ROUNDS = 300;
    private static final int THREADS = 6;

    private final KernelClock clock = KernelClock.system();
    private final InMemoryLeaseStore store = new InMemoryLeaseStore(clock);
    private final AtomicInteger elected = new AtomicInteger();
    private final AtomicInteger demoted = new AtomicInteger();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger overlaps = new AtomicInteger();

    private final List<Thread> made = new CopyOnWriteArrayList<>();
    private final AtomicInteger callbacks = new AtomicInteger();

    /** The threads of the system, counted. */
    private final KernelThreads threads = new KernelThreads() {
        @Override
        public Thread newThread(String name, Runnable task) {
            Thread thread = KernelThreads.system().newThread(name, task);
            made.add(thread);
            return thread;
        }

        @Override
        public Executor executor(String name) {
            Executor system = KernelThreads.system().executor(name);
            return task -> {
                callbacks.incrementAndGet();
                system.execute(() -> {
                    try {
                        task.run();
                    } finally {
                        callbacks.decrementAndGet();
                    }
                });
            };
        }

        @Override
        public boolean virtual() {
            return KernelThreads.system().virtual();
        }
    };

    private LeaseLeaderElector elector(String identity) {
        return LeaseLeaderElector.create(store, identity, clock, threads, Events.none(), OverrunHandler.none());
    }

    /** Counts callbacks; two terms of one name at the same time are an overlap. */
    private LeadershipListener counting() {
        return new LeadershipListener() {
            @Override
            public void onElected(LeaderScope scope) {
                elected.incrementAndGet();
                if (inside.incrementAndGet() != 1) {
                    overlaps.incrementAndGet();
                }
            }

            @Override
            public void onDemoted(Term term, DemotionReason reason) {
                inside.decrementAndGet();
                demoted.incrementAndGet();
            }
        };
    }

    @Test
    void joinCloseAndStepDownFromManyThreadsNeitherHangNorLoseAClose() throws Exception {
        LeaseLeaderElector a = elector("a");
        LeaseLeaderElector b = elector("b");
        ExecutorService callers = Executors.newFixedThreadPool(THREADS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                List<Election> elections = List.of(
                        a.join(ElectionSpec.of("cron"), counting()), b.join(ElectionSpec.of("cron"), counting()));
                storm(callers, elections);
                assertThat(elections)
                        .as("round %s", round)
                        .allSatisfy(
                                election -> assertThat(election.status()).isInstanceOf(LeadershipStatus.Stopped.class));
                assertThat(a.elections()).isEmpty();
                assertThat(inside).as("round %s", round).hasValue(0);
            }
        } finally {
            callers.shutdownNow();
        }
        a.close();
        b.close();

        assertThat(overlaps).hasValue(0);
        assertThat(elected.get()).isPositive().isEqualTo(demoted.get());
        assertThat(store.holder(LeaseKey.election("cron")).toCompletableFuture().join())
                .isEmpty();
        await().untilAsserted(() -> {
            assertThat(made).isNotEmpty().noneMatch(Thread::isAlive);
            assertThat(callbacks).hasValue(0);
        });
    }

    private static void storm(ExecutorService callers, List<Election> elections) throws Exception {
        CyclicBarrier together = new CyclicBarrier(THREADS);
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Election election = elections.get(i % 2);
            boolean first = i < 2;
            calls.add(callers.submit(() -> {
                together.await();
                if (first) {
                    stepDown(election);
                }
                election.close();
                return null;
            }));
        }
        for (Future<?> call : calls) {
            call.get();
        }
    }

    private static void stepDown(Election election) {
        try {
            var unused = election.stepDown(Duration.ZERO);
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("is closed");
        }
    }

    @Test
    void closingFromInsideCallbacksOfManyElectionsEndsThemAll() {
        LeaseLeaderElector elector = elector("a");
        List<Election> elections = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            elections.add(elector.join(ElectionSpec.of("election-" + i), new LeadershipListener() {
                @Override
                public void onElected(LeaderScope scope) {
                    elected.incrementAndGet();
                    elector.election(scope.term().election()).ifPresent(Election::close);
                }

                @Override
                public void onDemoted(Term term, DemotionReason reason) {
                    demoted.incrementAndGet();
                }
            }));
        }

        await().untilAsserted(() -> assertThat(elector.elections()).isEmpty());
        elector.close();

        assertThat(elections)
                .allSatisfy(election -> assertThat(election.status()).isInstanceOf(LeadershipStatus.Stopped.class));
        assertThat(elected).hasValue(ROUNDS);
        assertThat(demoted).hasValue(ROUNDS);
    }
}
