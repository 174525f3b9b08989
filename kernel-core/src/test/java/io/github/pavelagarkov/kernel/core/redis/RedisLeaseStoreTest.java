package io.github.pavelagarkov.kernel.core.redis;

import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.TTL;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.acquire;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.ask;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.get;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.renew;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.token;
import static io.github.pavelagarkov.kernel.core.redis.RedisFixture.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.core.leases.Heard;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore.Capability;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RedisLeaseStoreTest {
    private static final LeaseKey KEY = LeaseKey.election("cron");
    private static final String REDIS_KEY = "kernel:shop:election:cron";
    private static final String FENCE_KEY = "{kernel:shop:election:cron}:fence";

    private static final String CHANNEL = "kernel:shop:released";

    private final RedisProcess redis = RedisProcess.start();
    private final RedisConnection connection = RedisFixture.open(RedisFixture.settings(redis));
    private final RedisLeaseStore store = RedisLeaseStore.over(connection, RedisKeys.kernel("shop"));

    @BeforeAll
    void connect() {
        RedisFixture.ready(connection);
    }

    @BeforeEach
    void empty() {
        redis.send("FLUSHALL");
    }

    @AfterAll
    void end() {
        store.close();
        connection.close();
        redis.close();
    }

    @Test
    void declaresWhatItCanDo() {
        assertThat(store.capabilities())
                .containsExactlyInAnyOrder(Capability.NOTIFY, Capability.FENCE_SURVIVES_DATA_LOSS);
    }

    @Test
    void le7_theSameIdAgainIsARenewalWithTheSameToken() {
        long first = token(store, acquire(KEY, "one"));
        redis.send("PEXPIRE", REDIS_KEY, "5000");

        assertThat(token(store, acquire(KEY, "one"))).isEqualTo(first);
        assertThat(pttl(REDIS_KEY)).isGreaterThan(5_000);
        assertThat(token(store, renew(KEY, "one"))).isEqualTo(first);
    }

    @Test
    void le8_renewNeverTakesAFreeLease() {
        assertThat(ask(store, renew(KEY, "one"))).isEqualTo(new LeaseReply.Free());
        assertThat(redis.send("EXISTS", REDIS_KEY, FENCE_KEY).text()).isEqualTo("0");
    }

    @Test
    void aPersistedLeaseIsTakenWithoutAnEndUntilItsOwnerRenewsIt() {
        token(store, acquire(KEY, "one"));
        redis.send("PERSIST", REDIS_KEY);

        assertThat(ask(store, acquire(KEY, "two"))).isEqualTo(new LeaseReply.Taken(Optional.empty()));
        token(store, renew(KEY, "one"));
        assertThat(pttl(REDIS_KEY)).isPositive();
    }

    @Test
    void le20_oneBrokenKeyOfAHundredFailsAlone() {
        redis.send("RPUSH", "kernel:shop:election:e42", "a list");
        List<LeaseRequest> batch = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            batch.add(acquire(LeaseKey.election("e" + i), "id" + i));
        }

        List<LeaseReply> replies = get(store.acquireOrRenew(batch));

        assertThat(replies).hasSize(100);
        assertThat(replies.get(42))
                .isInstanceOfSatisfying(
                        LeaseReply.Failed.class,
                        failed -> assertThat(failed.cause())
                                .hasMessage(connection.address() + " refused key 'kernel:shop:election:e42': "
                                        + "WRONGTYPE Operation against a key holding the wrong kind of value"));
        assertThat(replies.stream().filter(LeaseReply.Held.class::isInstance)).hasSize(99);
    }

    @Test
    void le20_aFenceThatIsNoNumberFailsAlone() {
        for (String broken : List.of("abc", "inf", "nan", "1e300", "99999999999999999999", "")) {
            redis.send("SET", FENCE_KEY, broken);

            List<LeaseReply> replies =
                    get(store.acquireOrRenew(List.of(acquire(KEY, "one"), acquire(LeaseKey.election("mail"), "two"))));

            assertThat(replies.get(0))
                    .as(broken)
                    .isInstanceOfSatisfying(
                            LeaseReply.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .hasMessage(connection.address() + " refused key '" + REDIS_KEY + "': its fencing"
                                            + " token is no whole number below 2^53"));
            assertThat(replies.get(1)).as(broken).isInstanceOf(LeaseReply.Held.class);
            assertThat(redis.send("EXISTS", REDIS_KEY).text()).isEqualTo("0");
        }
    }

    @Test
    void le20_aLeaseOfOursWithoutATokenFailsAlone() {
        redis.send("SET", REDIS_KEY, "one@broken");

        List<LeaseReply> replies =
                get(store.acquireOrRenew(List.of(renew(KEY, "one"), acquire(LeaseKey.election("mail"), "two"))));

        assertThat(replies.get(0)).isInstanceOf(LeaseReply.Failed.class);
        assertThat(replies.get(1)).isInstanceOf(LeaseReply.Held.class);
    }

    @Test
    void aBrokenFenceFailsItsLeaseAndLeavesItFree() {
        redis.send("RPUSH", FENCE_KEY, "a list");

        assertThat(ask(store, acquire(KEY, "one"))).isInstanceOf(LeaseReply.Failed.class);
        assertThat(redis.send("EXISTS", REDIS_KEY).text()).isEqualTo("0");
    }

    @Test
    void le9_onlyTheOwnerReleasesAndTheOthersHearOfIt() {
        LeaseKey key = LeaseKey.election("told");
        Heard heard = new Heard();
        var subscription = store.subscribe(heard);
        awaitSubscribed();
        token(store, acquire(key, "one"));

        assertThat(get(store.release(key, "on"))).isFalse();
        assertThat(get(store.release(key, "two"))).isFalse();
        assertThat(redis.send("GET", "kernel:shop:election:told").text()).matches("one@\\d+@node-one");
        assertThat(get(store.release(key, "one"))).isTrue();
        assertThat(get(store.release(key, "one"))).isFalse();

        await().atMost(PATIENCE).until(() -> heard.released().contains(key));
        assertThat(heard.released()).containsOnlyOnce(key);
        assertThat(redis.send("EXISTS", "kernel:shop:election:told").text()).isEqualTo("0");
        subscription.remove();
    }

    @Test
    void aMessageOfSomebodyElseOnTheChannelIsPassedOver() {
        LeaseKey key = LeaseKey.election("after-nonsense");
        Heard heard = new Heard();
        var subscription = store.subscribe(heard);
        awaitSubscribed();

        redis.send("PUBLISH", CHANNEL, "nonsense");
        redis.send("PUBLISH", CHANNEL, "election:No Name");
        redis.send("PUBLISH", CHANNEL, "election:after-nonsense");

        await().atMost(PATIENCE).until(() -> heard.released().contains(key));
        subscription.remove();
    }

    @Test
    void le6_tokensGrowWithEveryTermByTheClockOfTheServer() {
        long before = micros();
        long first = token(store, acquire(KEY, "one"));
        get(store.release(KEY, "one"));
        long second = token(store, acquire(KEY, "two"));

        assertThat(first).isBetween(before, micros());
        assertThat(second).isGreaterThan(first);
    }

    @Test
    void le6_aTokenAheadOfTheClockIsFollowedByTheNextOne() {
        redis.send("SET", FENCE_KEY, "4000000000000000");

        assertThat(token(store, acquire(KEY, "one"))).isEqualTo(4_000_000_000_000_001L);
    }

    @Test
    void theFenceOutlivesTheLeaseByDaysAndATermDoesNotNeedIt() {
        long first = token(store, acquire(KEY, "one"));
        assertThat(Duration.ofMillis(pttl(FENCE_KEY))).isBetween(Duration.ofDays(6), Duration.ofDays(7));

        redis.send("DEL", FENCE_KEY);
        assertThat(token(store, renew(KEY, "one"))).isEqualTo(first);
        assertThat(token(store, acquire(KEY, "one"))).isEqualTo(first);
    }

    @Test
    void recoversByItselfWhenTheScriptsAreGone() {
        long first = token(store, acquire(KEY, "one"));
        redis.send("SCRIPT", "FLUSH");

        assertThat(token(store, renew(KEY, "one"))).isEqualTo(first);
        redis.send("SCRIPT", "FLUSH");
        assertThat(get(store.holder(KEY))).isPresent();
        redis.send("SCRIPT", "FLUSH");
        assertThat(get(store.release(KEY, "one"))).isTrue();
    }

    @Rule("LE-19")
    void le19_locksAndElectionsOfOneNameAreApart() {
        LeaseKey lock = LeaseKey.lock("cron");
        token(store, acquire(KEY, "one"));
        token(store, acquire(lock, "two"));

        assertThat(redis.send("GET", REDIS_KEY).text()).matches("one@\\d+@node-one");
        assertThat(redis.send("GET", "kernel:shop:lock:cron").text()).matches("two@\\d+@node-two");
    }

    @Rule("LE-19")
    void le19_theWireOfGoUsesItsKeys() {
        String prefix = "github.com/PavelAgarkov/service-pkg-block-prefix-";
        try (RedisLeaseStore go = RedisLeaseStore.over(connection, RedisKeys.go())) {
            token(go, acquire(KEY, "one"));

            assertThat(redis.send("GET", prefix + "cron").text()).matches("one@\\d+@node-one");
            assertThat(pttl(prefix + "cron")).isBetween(1L, TTL.toMillis());
            assertThat(redis.send("EXISTS", "{" + prefix + "cron}:fence").text())
                    .isEqualTo("1");
        }
    }

    private void awaitSubscribed() {
        await().atMost(PATIENCE)
                .until(() -> redis.send("PUBSUB", "CHANNELS", CHANNEL).texts(), List.of(CHANNEL)::equals);
    }

    private long pttl(String key) {
        return Long.parseLong(redis.send("PTTL", key).text());
    }

    private long micros() {
        List<String> time = redis.send("TIME").texts();
        return Long.parseLong(time.get(0)) * 1_000_000 + Long.parseLong(time.get(1));
    }
}
