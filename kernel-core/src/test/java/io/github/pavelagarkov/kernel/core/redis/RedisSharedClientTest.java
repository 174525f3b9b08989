package io.github.pavelagarkov.kernel.core.redis;

import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.acquire;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.get;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.token;
import static io.github.pavelagarkov.kernel.core.redis.RedisFixture.PATIENCE;
import static io.github.pavelagarkov.kernel.core.redis.RedisFixture.ready;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.core.leases.Heard;
import io.github.pavelagarkov.kernel.core.leases.StoreCalls;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.NameMapper;

/** A Redisson client of the application is a guest's: used, never changed, never closed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RedisSharedClientTest {
    private static final LeaseKey KEY = LeaseKey.election("cron");
    private static final RedisKeys NAMES = RedisKeys.kernel("shop");
    private static final String CHANNEL = "kernel:shop:released";

    private final RedisProcess redis = RedisProcess.start();
    private final RedissonClient client = Redisson.create(config());

    private Config config() {
        Config config = new Config();
        config.setThreads(2);
        config.setNettyThreads(2);
        config.useSingleServer()
                .setAddress(redis.uri().toString())
                .setConnectionPoolSize(4)
                .setConnectionMinimumIdleSize(1);
        return config;
    }

    @AfterAll
    void end() {
        client.shutdown();
        redis.close();
    }

    private RedisConnection over() {
        return ready(RedisConnection.over(client, KernelClock.system(), Thread::new));
    }

    @Rule("LE-19")
    void le19_aClientOfTheApplicationIsUsedAndNeitherChangedNorClosed() throws Exception {
        String before = client.getConfig().toYAML();
        try (RedisConnection connection = over();
                RedisLeaseStore store = RedisLeaseStore.over(connection, NAMES)) {
            token(store, acquire(KEY, "one"));

            // Its own codec is not the one that leases are written with.
            assertThat(redis.send("GET", "kernel:shop:election:cron").text()).matches("one@\\d+@node-one");
            assertThat(get(store.release(KEY, "one"))).isTrue();
        }

        assertThat(client.isShutdown()).isFalse();
        assertThat(client.getConfig().toYAML()).isEqualTo(before);
        client.getBucket("theirs", StringCodec.INSTANCE).set("works");
        assertThat(redis.send("GET", "theirs").text()).isEqualTo("works");
    }

    @Rule("LE-19")
    void le19_aClientThatMapsNamesIsRefused() {
        Config config = config();
        config.setLazyInitialization(true);
        config.setNameMapper(new NameMapper() {
            @Override
            public String map(String name) {
                return "app:" + name;
            }

            @Override
            public String unmap(String name) {
                return name.substring(4);
            }
        });
        RedissonClient mapping = Redisson.create(config);
        try {
            assertThatThrownBy(() -> RedisConnection.over(mapping, KernelClock.system(), Thread::new))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("NameMapper")
                    .hasMessageContaining("'app:kernel'");
        } finally {
            mapping.shutdown();
        }
    }

    @Test
    void le9_closingOneStoreLeavesTheSubscriptionOfTheOther() {
        Heard heard = new Heard();
        try (RedisConnection connection = over();
                RedisLeaseStore stays = RedisLeaseStore.over(connection, NAMES)) {
            var unused = stays.subscribe(heard);
            RedisLeaseStore goes = RedisLeaseStore.over(connection, NAMES);
            await().atMost(PATIENCE).until(() -> channels().equals(List.of(CHANNEL)));

            goes.close();

            // Again and again: neither the begin nor the end of a subscription has an answer that could be waited for.
            await().atMost(PATIENCE).until(() -> {
                token(stays, acquire(KEY, "one"));
                get(stays.release(KEY, "one"));
                return heard.released().contains(KEY);
            });
        }
    }

    @Test
    void closingTheConnectionEndsTheSubscriptionsOfItsStores() {
        RedisConnection connection = over();
        RedisLeaseStore store = RedisLeaseStore.over(connection, NAMES);
        await().atMost(PATIENCE).until(() -> channels().equals(List.of(CHANNEL)));

        connection.close();

        await().atMost(PATIENCE).until(() -> channels().isEmpty());
        store.close();
        assertThat(client.isShutdown()).isFalse();
    }

    @Test
    void aClientThatItsOwnerHasShutDownDoesNotDisturbTheEnd() {
        RedissonClient theirs = Redisson.create(config());
        RedisConnection connection = ready(RedisConnection.over(theirs, KernelClock.system(), Thread::new));
        RedisLeaseStore store = RedisLeaseStore.over(connection, NAMES);
        token(store, acquire(LeaseKey.election("late"), "one"));

        theirs.shutdown();

        assertThat(StoreCalls.failure(store.holder(KEY))).hasMessageContaining(connection.address());
        store.close();
        connection.close();
    }

    private List<String> channels() {
        return redis.send("PUBSUB", "CHANNELS", "kernel:*").texts();
    }
}
