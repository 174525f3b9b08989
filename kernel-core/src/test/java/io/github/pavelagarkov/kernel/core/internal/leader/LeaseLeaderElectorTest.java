package io.github.pavelagarkov.kernel.core.internal.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class LeaseLeaderElectorTest {
    private final TestClock clock = new TestClock();
    private final InMemoryLeaseStore store = new InMemoryLeaseStore(clock);
    private final List<String> log = new CopyOnWriteArrayList<>();

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
