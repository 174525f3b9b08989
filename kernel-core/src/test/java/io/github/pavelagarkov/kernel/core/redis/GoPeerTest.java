package io.github.pavelagarkov.kernel.core.redis;

import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.get;
import static io.github.pavelagarkov.kernel.core.redis.RedisFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.leader.LeaseLeaderElector;
import io.github.pavelagarkov.kernel.core.internal.leader.OverrunHandler;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.lock.KeyLock;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A Go service and ours in one election and on one lock. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GoPeerTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final LeadershipListener IDLE = new LeadershipListener() {
        @Override
        public void onElected(LeaderScope scope) {}

        @Override
        public void onDemoted(Term term, DemotionReason reason) {}
    };

    private final RedisProcess redis = RedisProcess.start();
    private final RedisConnection connection = RedisFixture.connect(redis);
    private final RedisLeaseStore store = RedisLeaseStore.over(connection, RedisKeys.go());
    private final KeyLock locks = RedisKeyLock.over(connection);

    @AfterAll
    void end() {
        store.close();
        connection.close();
        redis.close();
    }

    private LeaseLeaderElector elector() {
        return LeaseLeaderElector.create(
                store, "ours", KernelClock.system(), KernelThreads.system(), Events.none(), OverrunHandler.none());
    }

    private static ElectionSpec spec(String name) {
        return ElectionSpec.builder(name)
                .timing(LeaseTiming.ofLease(Duration.ofSeconds(2)))
                .build();
    }

    @Rule("LE-19")
    void le19_oursFollowsWhileTheGoServiceHoldsAndTakesOverAfterItsSilentUnlock() {
        GoPeer go = new GoPeer(redis, "unlocked", "7d1c");
        assertThat(go.lock(LONG)).isTrue();
        try (LeaseLeaderElector elector = elector()) {
            Election ours = elector.join(spec("unlocked"), IDLE);
            await().atMost(PATIENCE).until(() -> ours.status() instanceof LeadershipStatus.Follower);

            assertThat(go.extend(LONG)).isTrue();
            assertThat(ours.isLeader()).isFalse();
            // The Go service writes its id alone and has no token.
            assertThat(get(ours.currentLeader())).contains(new LeaderInfo("7d1c", OptionalLong.empty()));
            assertThat(go.unlock()).isTrue();

            // It publishes nothing, and its lease would have run for half a minute: found by looking.
            await().atMost(PATIENCE).until(ours::isLeader);
            assertThat(get(ours.currentLeader()).orElseThrow().identity()).isEqualTo("ours");
        }
    }

    @Rule("LE-19")
    void le19_oursTakesOverWhenTheLeaseOfADeadGoServiceEnds() {
        GoPeer go = new GoPeer(redis, "expired", "7d1c");
        assertThat(go.lock(Duration.ofMillis(1_500))).isTrue();
        try (LeaseLeaderElector elector = elector()) {
            Election ours = elector.join(spec("expired"), IDLE);

            await().atMost(PATIENCE).until(ours::isLeader);

            assertThat(go.extend(LONG)).isFalse();
            assertThat(go.unlock()).isFalse();
            assertThat(ours.isLeader()).isTrue();
        }
    }

    @Rule("LE-19")
    void le19_theGoServiceCannotTakeOursAndTakesItOnceWeLeave() {
        GoPeer go = new GoPeer(redis, "ours", "7d1c");
        try (LeaseLeaderElector elector = elector()) {
            Election ours = elector.join(spec("ours"), IDLE);
            await().atMost(PATIENCE).until(ours::isLeader);
            long token = ours.term().orElseThrow().fencingToken();

            assertThat(go.lock(LONG)).isFalse();
            assertThat(go.extend(LONG)).isFalse();
            assertThat(go.unlock()).isFalse();
            assertThat(ours.isLeader()).isTrue();
            assertThat(get(ours.currentLeader())).contains(new LeaderInfo("ours", OptionalLong.of(token)));
        }

        assertThat(go.lock(LONG)).isTrue();
    }

    @Rule("DL-6")
    void dl6_aLockOfTheGoServiceIsRespected() {
        GoPeer go = new GoPeer(redis, "shared", "7d1c");
        assertThat(go.lock(LONG)).isTrue();

        assertThat(locks.lock("shared", "ours", LONG)).isFalse();
        assertThat(locks.extendTtl("shared", "ours", LONG)).isFalse();
        assertThat(locks.unlock("shared", "ours")).isFalse();

        assertThat(go.unlock()).isTrue();
        assertThat(locks.lock("shared", "ours", LONG)).isTrue();
        assertThat(locks.lock("shared", "ours", LONG)).isFalse();
        assertThat(locks.unlock("shared", "ours")).isTrue();
    }

    @Rule("DL-6")
    void dl6_ourLockIsRespectedByTheGoService() {
        GoPeer go = new GoPeer(redis, "mine", "7d1c");
        assertThat(locks.lock("mine", "ours", LONG)).isTrue();

        assertThat(go.lock(LONG)).isFalse();
        assertThat(go.extend(LONG)).isFalse();
        assertThat(go.unlock()).isFalse();

        assertThat(locks.extendTtl("mine", "ours", Duration.ofHours(1))).isTrue();
        String key = "github.com/PavelAgarkov/service-pkg-block-prefix-mine";
        assertThat(redis.send("GET", key).text()).isEqualTo("ours");
        assertThat(Long.parseLong(redis.send("PTTL", key).text())).isGreaterThan(LONG.toMillis());
        assertThat(locks.unlock("mine", "ours")).isTrue();
        assertThat(go.lock(LONG)).isTrue();
    }

    @Rule("DL-6")
    void dl6_anOutageIsAnExceptionAndNeverFalse() {
        try (RedisProcess dying = RedisProcess.start();
                RedisConnection lost = RedisFixture.connect(dying)) {
            KeyLock lock = RedisKeyLock.over(lost);
            assertThat(lock.lock("k", "v", LONG)).isTrue();
            dying.kill();

            assertThatThrownBy(() -> lock.lock("k", "v", LONG))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("cannot lock 'k': " + lost.address());
            assertThatThrownBy(() -> lock.extendTtl("k", "v", LONG))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("cannot extend 'k': " + lost.address());
            assertThatThrownBy(() -> lock.unlock("k", "v"))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("cannot unlock 'k': " + lost.address());
        }
    }

    @Test
    void dl7_aTtlBelowAMillisecondOrAnEmptyNameIsRefused() {
        assertThatThrownBy(() -> locks.lock("k", "v", Duration.ofNanos(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ttl of lock 'k'");
        assertThatThrownBy(() -> locks.lock("", "v", LONG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lock key must not be empty");
        assertThatThrownBy(() -> locks.unlock("k", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("value of lock 'k' must not be empty");
    }
}
