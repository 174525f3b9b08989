package io.github.pavelagarkov.kernel.core.redis;

import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.acquire;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.ask;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.failure;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.renew;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.token;
import static io.github.pavelagarkov.kernel.core.redis.RedisFixture.PATIENCE;
import static io.github.pavelagarkov.kernel.core.redis.RedisFixture.connect;
import static io.github.pavelagarkov.kernel.core.redis.RedisFixture.open;
import static io.github.pavelagarkov.kernel.core.redis.RedisFixture.ready;
import static io.github.pavelagarkov.kernel.core.redis.RedisFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.core.leases.Heard;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.tck.process.RedisCommand;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;

/** What a connection and a store over it do while Redis has trouble. */
final class RedisConnectionTest {
    private static final LeaseKey KEY = LeaseKey.election("cron");
    private static final RedisKeys NAMES = RedisKeys.kernel("shop");
    private static final String CHANNEL = "kernel:shop:released";

    @Test
    void le1_redisMayBeAbsentAtTheStartAndAppearLater() {
        RedisProcess redis = RedisProcess.start();
        RedisSettings settings = settings(redis);
        redis.kill();
        try (RedisConnection connection = open(settings);
                RedisLeaseStore store = RedisLeaseStore.over(connection, NAMES)) {
            Heard heard = new Heard();
            var unused = store.subscribe(heard);
            assertThat(connection.isReady()).isFalse();
            awaitTrouble(connection, "cannot be reached");

            redis.restart();
            ready(connection);

            assertThat(token(store, acquire(KEY, "one"))).isPositive();
            await().atMost(PATIENCE).until(() -> heard.gaps() > 0);
            awaitHears(redis, heard);
        } finally {
            redis.close();
        }
    }

    @Test
    void le17_aRedisThatDiesCannotBeReachedAndIsFoundAgain() {
        try (RedisProcess redis = RedisProcess.start();
                RedisConnection connection = connect(redis);
                RedisLeaseStore store = RedisLeaseStore.over(connection, NAMES)) {
            Heard heard = new Heard();
            var unused = store.subscribe(heard);
            awaitHears(redis, heard);

            redis.kill();

            awaitTrouble(connection, "cannot be reached");
            assertThat(failure(store.acquireOrRenew(List.of(acquire(KEY, "one")))))
                    .hasMessage(connection.address() + " cannot be reached");
            assertThat(failure(store.holder(KEY))).hasMessage(connection.address() + " cannot be reached");
            assertThat(failure(store.release(KEY, "one"))).hasMessage(connection.address() + " cannot be reached");
            int gaps = heard.gaps();

            redis.restart();

            awaitAnswer(connection);
            assertThat(token(store, acquire(KEY, "one"))).isPositive();
            await().atMost(PATIENCE).until(() -> heard.gaps() > gaps);
            awaitHears(redis, heard);
        }
    }

    @Test
    void le17_aRedisThatFreezesDoesNotAnswerInTime() {
        try (RedisProcess redis = RedisProcess.start();
                RedisConnection connection = connect(redis);
                RedisLeaseStore store = RedisLeaseStore.over(connection, NAMES)) {
            Heard heard = new Heard();
            var unused = store.subscribe(heard);
            awaitHears(redis, heard);

            redis.pause();
            assertThat(failure(store.acquireOrRenew(List.of(acquire(KEY, "one")))))
                    .hasMessage(connection.address() + " did not answer in time");
            redis.resume();
            awaitAnswer(connection);
            // The late command has been executed: the same id finds its own lease.
            token(store, acquire(KEY, "one"));

            redis.send("CLIENT", "PAUSE", "1500", "ALL");
            assertThat(failure(store.acquireOrRenew(List.of(renew(KEY, "one")))))
                    .hasMessage(connection.address() + " did not answer in time");
            awaitAnswer(connection);
            awaitHears(redis, heard);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"normal", "pubsub"})
    void le9_aConnectionThatIsCutComesBackAndTellsTheGap(String type) {
        try (RedisProcess redis = RedisProcess.start();
                RedisConnection connection = connect(redis);
                RedisLeaseStore store = RedisLeaseStore.over(connection, NAMES)) {
            Heard heard = new Heard();
            var unused = store.subscribe(heard);
            awaitHears(redis, heard);
            long token = token(store, acquire(KEY, "one"));
            int gaps = heard.gaps();

            redis.command().ask("CLIENT", "KILL", "TYPE", type);

            awaitAnswer(connection);
            assertThat(token(store, renew(KEY, "one"))).isEqualTo(token);
            awaitHears(redis, heard);
            if (type.equals("pubsub")) {
                await().atMost(PATIENCE).until(() -> heard.gaps() > gaps);
            }
        }
    }

    @Test
    void le9_aSubscriptionThatFailedAtFirstIsTriedAgain() {
        try (RedisProcess redis = RedisProcess.start();
                RedisConnection connection = connect(redis)) {
            redis.send("ACL", "SETUSER", "default", "-subscribe");
            try (RedisLeaseStore store = RedisLeaseStore.over(connection, NAMES)) {
                Heard heard = new Heard();
                var unused = store.subscribe(heard);
                await().atMost(PATIENCE)
                        .until(() -> redis.send("ACL", "LOG").items().size() > 0);

                redis.send("ACL", "SETUSER", "default", "+subscribe");

                await().atMost(PATIENCE).until(() -> {
                    token(store, acquire(KEY, "one"));
                    return channels(redis).equals(List.of(CHANNEL));
                });
                awaitHears(redis, heard);
            }
        }
    }

    @Test
    void le17_aWrongPasswordIsOneLineWithoutIt() {
        try (RedisProcess redis = RedisProcess.builder().requirepass("right1").start()) {
            assertTrouble(
                    settings(redis).withCredentials(Optional.empty(), Optional.of("wrong2")),
                    "refused the login: WRONGPASS, wrong user or password");
            assertTrouble(
                    settings(redis).withCredentials(Optional.of("nobody"), Optional.of("wrong2")),
                    "refused the login: WRONGPASS, wrong user or password");
            assertTrouble(
                    settings(redis).withCredentials(Optional.empty(), Optional.empty()),
                    "refused the call: NOAUTH, it wants a password");
        }
    }

    private static void assertTrouble(RedisSettings settings, String trouble) {
        try (RedisConnection connection = open(settings);
                RedisLeaseStore store = RedisLeaseStore.over(connection, NAMES)) {
            awaitTrouble(connection, trouble);
            assertThat(failure(store.acquireOrRenew(List.of(acquire(KEY, "one")))))
                    .hasMessage(settings.address() + " " + trouble);
            assertThat(connection + "" + settings).doesNotContain("wrong2");
        }
    }

    @Test
    void le17_aPasswordThatIsChangedAtRunTimeIsToldWithoutIt() {
        try (RedisProcess redis = RedisProcess.builder().requirepass("right1").start();
                RedisConnection connection = connect(redis)) {
            redis.send("CONFIG", "SET", "requirepass", "right2");
            RedisCommand.at(redis.port(), "right2").ask("CLIENT", "KILL", "TYPE", "normal");

            awaitTrouble(connection, "refused the login: WRONGPASS, wrong user or password");

            RedisCommand.at(redis.port(), "right2").send("CONFIG", "SET", "requirepass", "right1");
            awaitAnswer(connection);
        }
    }

    @Test
    void le17_aReadOnlyReplicaSaysSo() {
        try (RedisProcess master = RedisProcess.start();
                RedisProcess replica = RedisProcess.builder()
                        .config("replicaof 127.0.0.1 " + master.port())
                        .start();
                RedisConnection connection = connect(replica);
                RedisLeaseStore store = RedisLeaseStore.over(connection, NAMES)) {
            LeaseReply first = ask(store, acquire(KEY, "one"));
            LeaseReply second = ask(store, acquire(KEY, "two"));

            assertThat(List.of(first, second))
                    .allSatisfy(reply -> assertThat(reply)
                            .isInstanceOfSatisfying(
                                    LeaseReply.Failed.class,
                                    failed -> assertThat(failed.cause())
                                            .hasMessageMatching("\\Qredis://127.0.0.1:" + replica.port()
                                                    + " refused key 'kernel:shop:election:cron': READONLY "
                                                    + "You can't write against a read only replica\\E\\.?")));
            assertThatThrownBy(() -> RedisKeyLock.over(connection).lock("k", "v", Duration.ofSeconds(1)))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("cannot lock 'k': " + connection.address() + " refused the call: ")
                    .hasMessageContaining("READONLY You can't write against a read only replica")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void le2_noCallHoldsItsCallerWhileRedisIsAway() {
        try (RedisProcess redis = RedisProcess.start();
                RedisConnection connection = connect(redis);
                RedisLeaseStore store = RedisLeaseStore.over(connection, NAMES)) {
            token(store, acquire(KEY, "one"));

            redis.pause();
            // More than there are connections: the later ones queue inside the client.
            List<CompletionStage<List<LeaseReply>>> frozen = calls(store);
            assertThat(frozen).noneMatch(stage -> stage.toCompletableFuture().isDone());
            frozen.forEach(stage -> assertThat(failure(stage)).hasMessageContaining("did not answer in time"));

            redis.kill();
            awaitTrouble(connection, "cannot be reached");
            calls(store).forEach(stage -> assertThat(failure(stage)).hasMessageContaining("cannot be reached"));
        }
    }

    /** The median: a single call may be held up by the machine, all of them only by the client. */
    private static List<CompletionStage<List<LeaseReply>>> calls(RedisLeaseStore store) {
        long[] held = new long[50];
        List<CompletionStage<List<LeaseReply>>> stages = new ArrayList<>();
        for (int i = 0; i < held.length; i++) {
            long before = System.nanoTime();
            stages.add(store.acquireOrRenew(List.of(renew(KEY, "one"))));
            held[i] = System.nanoTime() - before;
        }
        Arrays.sort(held);
        assertThat(Duration.ofNanos(held[held.length / 2])).isLessThan(Duration.ofMillis(5));
        return stages;
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void closingDoesNotWaitForAClientThatIsBeingMade() throws InterruptedException {
        RedisSettings settings = RedisSettings.of("redis://127.0.0.1:1");
        CountDownLatch making = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<RedissonClient> made = new AtomicReference<>();
        RedisConnection connection = RedisConnection.open(
                settings,
                () -> {
                    making.countDown();
                    uninterruptibly(goOn);
                    made.set(Redisson.create(RedissonConfigs.of(settings)));
                    return made.get();
                },
                KernelClock.system(),
                Thread::new);
        making.await();

        connection.close();
        goOn.countDown();

        await().atMost(PATIENCE).until(() -> made.get() != null && made.get().isShutdown());
    }

    /** As a machine that is too busy: no interrupt makes it faster. */
    private static void uninterruptibly(CountDownLatch latch) {
        boolean waited = false;
        while (!waited) {
            try {
                latch.await();
                waited = true;
            } catch (InterruptedException e) {
                waited = false;
            }
        }
    }

    @Test
    void closingFreesTheThreads() {
        Set<Thread> before = RedisFixture.clientThreads();
        try (RedisProcess redis = RedisProcess.start()) {
            RedisConnection connection = connect(redis);
            RedisLeaseStore store = RedisLeaseStore.over(connection, NAMES);
            token(store, acquire(KEY, "one"));

            store.close();
            connection.close();
            connection.close();

            awaitThreads(before);
            assertThat(failure(store.holder(KEY))).hasMessage(connection.address() + " is closed");
            redis.kill();
            RedisConnection lost = open(settings(redis));
            awaitTrouble(lost, "cannot be reached");
            lost.close();
            awaitThreads(before);
        }
    }

    private static void awaitThreads(Set<Thread> before) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(RedisFixture.clientThreads()).isSubsetOf(before));
    }

    private static void awaitTrouble(RedisConnection connection, String trouble) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(failure(connection.ping())).hasMessage(connection.address() + " " + trouble));
    }

    private static void awaitAnswer(RedisConnection connection) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            connection.ping().toCompletableFuture().get();
            return true;
        });
    }

    private static List<String> channels(RedisProcess redis) {
        return redis.send("PUBSUB", "CHANNELS", "kernel:*").texts();
    }

    private static void awaitHears(RedisProcess redis, Heard heard) {
        int before = heard.released().size();
        await().atMost(PATIENCE).until(() -> {
            redis.send("PUBLISH", CHANNEL, "election:cron");
            return heard.released().size() > before;
        });
    }

    @Test
    void le17_aClientThatLacksALibraryIsSeenAndNotSilent() {
        RedisSettings settings = RedisSettings.of("redis://127.0.0.1:1");
        try (RedisConnection connection = RedisConnection.open(
                settings,
                () -> {
                    throw new NoClassDefFoundError("com/esotericsoftware/kryo/Serializer");
                },
                KernelClock.system(),
                Thread::new)) {
            RedisLeaseStore store = RedisLeaseStore.over(connection, RedisKeys.kernel("shop"));

            await().untilAsserted(() -> assertThat(store.holder(LeaseKey.election("billing")))
                    .completesExceptionallyWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withMessageContaining("com/esotericsoftware/kryo/Serializer"));
        }
    }
}
