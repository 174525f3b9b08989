package io.github.pavelagarkov.kernel.core.internal.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LeaseLeaderElectorTest {
    private final TestClock clock = new TestClock();
    private final InMemoryLeaseStore store = new InMemoryLeaseStore(clock);
    private final List<String> log = new CopyOnWriteArrayList<>();

    /** Keeps leases where the other keeps them; what it does with a subscription is up to a test. */
    private abstract static class Deaf implements LeaseStore {
        private final LeaseStore leases;

        Deaf(LeaseStore leases) {
            this.leases = leases;
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of();
        }

        @Override
        public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
            return leases.acquireOrRenew(batch);
        }

        @Override
        public CompletionStage<Boolean> release(LeaseKey key, String leaseId) {
            return leases.release(key, leaseId);
        }

        @Override
        public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
            return leases.holder(key);
        }

        @Override
        public void close() {}
    }

    private LeaseLeaderElector elector(String identity) {
        return LeaseLeaderElector.create(
                store, identity, clock, KernelThreads.of(clock.threads()), Events.none(), OverrunHandler.none());
    }

    private LeadershipListener logging(String who) {
        return new LeadershipListener() {
            @Override
            public void onElected(LeaderScope scope) {
                log.add(who + " elected");
            }

            @Override
            public void onDemoted(Term term, DemotionReason reason) {
                log.add(who + " demoted " + reason);
            }
        };
    }

    @Test
    void handsOverOnCloseWithoutWaitingForTheLease() {
        LeaseLeaderElector a = elector("a");
        LeaseLeaderElector b = elector("b");
        Election first = a.join(ElectionSpec.of("cron"), logging("a"));
        clock.advance(Duration.ofMillis(10));
        Election second = b.join(ElectionSpec.of("cron"), logging("b"));
        clock.advance(Duration.ofSeconds(60));

        assertThat(first.isLeader()).isTrue();
        assertThat(second.status()).isInstanceOf(LeadershipStatus.Follower.class);

        a.close();
        clock.settle();

        assertThat(first.status()).isInstanceOf(LeadershipStatus.Stopped.class);
        assertThat(second.isLeader()).isTrue();
        assertThat(log).containsExactly("a elected", "a demoted CLOSED", "b elected");
        b.close();
    }

    @Test
    void leavesNoThreadBehindIfTheStoreRefusesTheSubscription() {
        List<Thread> made = new CopyOnWriteArrayList<>();
        ThreadFactory counting = task -> {
            Thread thread = clock.threads().newThread(task);
            made.add(thread);
            return thread;
        };
        LeaseStore refusing = new Deaf(store) {
            @Override
            public Registration subscribe(ReleaseListener listener) {
                throw new IllegalStateException("no subscription");
            }
        };

        assertThatIllegalStateException()
                .isThrownBy(() -> LeaseLeaderElector.create(
                        refusing, "a", clock, KernelThreads.of(counting), Events.none(), OverrunHandler.none()))
                .withMessage("no subscription");

        assertThat(made).extracting(Thread::getState).containsOnly(Thread.State.NEW);
    }

    @Test
    void leavesNoSubscriptionBehindIfTheTimerCannotBeStarted() {
        AtomicInteger subscriptions = new AtomicInteger();
        LeaseStore counting = new Deaf(store) {
            @Override
            public Registration subscribe(ReleaseListener listener) {
                subscriptions.incrementAndGet();
                return () -> subscriptions.decrementAndGet() == 0;
            }
        };
        ThreadFactory broken = task -> {
            Thread started = clock.threads().newThread(() -> {});
            started.start();
            return started;
        };

        assertThatExceptionOfType(IllegalThreadStateException.class)
                .isThrownBy(() -> LeaseLeaderElector.create(
                        counting, "a", clock, KernelThreads.of(broken), Events.none(), OverrunHandler.none()));

        assertThat(subscriptions).hasValue(0);
    }

    @Test
    void knowsAtOnceAfterALongPauseThatItNoLongerLeads() {
        LeaseLeaderElector a = elector("a");
        Election first = a.join(ElectionSpec.of("cron"), logging("a"));
        clock.advance(Duration.ofMillis(10));
        assertThat(first.isLeader()).isTrue();

        Term before = first.term().orElseThrow();
        clock.stall(Duration.ofSeconds(10));

        assertThat(first.term()).isNotEqualTo(Optional.of(before));
        assertThat(log).startsWith("a elected", "a demoted LEASE_EXPIRED");
        a.close();
    }
}
