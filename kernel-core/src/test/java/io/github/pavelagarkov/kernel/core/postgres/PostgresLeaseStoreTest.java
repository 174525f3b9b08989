package io.github.pavelagarkov.kernel.core.postgres;

import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.PATIENCE;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.TTL;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.acquire;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.ask;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.failure;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.get;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.renew;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.core.leases.Heard;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore.Capability;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresLeaseStoreTest {
    private static final LeaseKey KEY = LeaseKey.election("cron");
    private static final String ROW = "kernel:shop:election:cron";

    private final PostgresProcess postgres = PostgresProcess.start();
    private final PostgresLeaseStore store = PostgresFixture.open(postgres);

    @BeforeAll
    void listen() {
        PostgresFixture.awaitListening(store, postgres);
    }

    @BeforeEach
    void empty() {
        // Also creates the table before anything else.
        Optional<LeaderInfo> unused = get(store.holder(KEY));
        postgres.query("TRUNCATE kernel_lease");
    }

    @AfterAll
    void end() {
        store.close();
        postgres.close();
    }

    @Test
    void declaresWhatItCanDo() {
        assertThat(store.capabilities())
                .containsExactlyInAnyOrder(Capability.NOTIFY, Capability.FENCE_SURVIVES_DATA_LOSS);
    }

    @Test
    void le7_theSameIdAgainIsARenewalWithTheSameToken() {
        long first = token(store, acquire(KEY, "one"));
        postgres.query("UPDATE kernel_lease SET expires_at = clock_timestamp() + interval '5 s'");

        assertThat(token(store, acquire(KEY, "one"))).isEqualTo(first);
        assertThat(leftMillis()).isGreaterThan(5_000);
        assertThat(token(store, renew(KEY, "one"))).isEqualTo(first);
    }

    @Test
    void le8_renewNeverTakesAFreeLease() {
        assertThat(ask(store, renew(KEY, "one"))).isEqualTo(new LeaseReply.Free());
        assertThat(one("SELECT count(*) FROM kernel_lease")).isEqualTo("0");

        token(store, acquire(KEY, "one"));
        expire();

        assertThat(ask(store, renew(KEY, "one"))).isEqualTo(new LeaseReply.Free());
        assertThat(ask(store, renew(KEY, "two"))).isEqualTo(new LeaseReply.Free());
    }

    @Test
    void aTakenLeaseTellsHowLongItRuns() {
        token(store, acquire(KEY, "one"));

        assertThat(ask(store, acquire(KEY, "two")))
                .isInstanceOfSatisfying(
                        LeaseReply.Taken.class,
                        taken -> assertThat(taken.remaining().orElseThrow())
                                .isPositive()
                                .isLessThanOrEqualTo(TTL));
        assertThat(ask(store, renew(KEY, "two"))).isInstanceOf(LeaseReply.Taken.class);
    }

    @Test
    void le10_anExpiredLeaseIsGrantedToTheNextWithALargerToken() {
        long first = token(store, acquire(KEY, "one"));
        expire();

        long second = token(store, acquire(KEY, "two"));

        assertThat(second).isGreaterThan(first);
        assertThat(ask(store, renew(KEY, "one"))).isInstanceOf(LeaseReply.Taken.class);
    }

    @Test
    void aLeaseThatExpiredIsANewOneForItsOldIdToo() {
        long first = token(store, acquire(KEY, "one"));
        expire();

        assertThat(token(store, acquire(KEY, "one"))).isGreaterThan(first);
    }

    @Test
    void aLeaseWithoutAnEndIsTakenSoUntilItsOwnerRenewsIt() {
        token(store, acquire(KEY, "one"));
        postgres.query("UPDATE kernel_lease SET expires_at = 'infinity'");

        assertThat(ask(store, acquire(KEY, "two"))).isEqualTo(new LeaseReply.Taken(Optional.empty()));
        token(store, renew(KEY, "one"));
        assertThat(leftMillis()).isBetween(1L, TTL.toMillis());
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
        token(store, acquire(KEY, "one"));
        get(store.release(KEY, "one"));
        postgres.query("UPDATE kernel_lease SET token = 4000000000000000");

        assertThat(token(store, acquire(KEY, "two"))).isEqualTo(4_000_000_000_000_001L);
        expire();
        assertThat(token(store, acquire(KEY, "three"))).isEqualTo(4_000_000_000_000_002L);
    }

    @Test
    void le6_tokensGrowAfterTheDataAreLost() {
        long first = token(store, acquire(KEY, "one"));
        postgres.query("DROP TABLE kernel_lease");

        assertThat(token(store, acquire(KEY, "two"))).isGreaterThan(first);
    }

    @Test
    void le20_aTokenThatCannotGrowFailsAlone() {
        token(store, acquire(KEY, "one"));
        get(store.release(KEY, "one"));
        postgres.query("UPDATE kernel_lease SET token = " + Long.MAX_VALUE);

        List<LeaseReply> replies =
                get(store.acquireOrRenew(List.of(acquire(KEY, "two"), acquire(LeaseKey.election("mail"), "two"))));

        assertThat(replies.get(0))
                .isInstanceOfSatisfying(
                        LeaseReply.Failed.class,
                        failed -> assertThat(failed.cause())
                                .hasMessage(store.address() + " refused key '" + ROW
                                        + "': its fencing token cannot grow any further"));
        assertThat(replies.get(1)).isInstanceOf(LeaseReply.Held.class);
    }

    @Test
    void le20_aRowInAnOpenTransactionOfSomebodyElseHoldsUpNobody() throws Exception {
        List<LeaseRequest> batch = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            batch.add(acquire(LeaseKey.election("e" + i), "id" + i));
        }
        assertThat(get(store.acquireOrRenew(batch))).hasSize(100).allMatch(LeaseReply.Held.class::isInstance);

        try (Connection other = postgres.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT * FROM kernel_lease WHERE key = 'kernel:shop:election:e42' FOR UPDATE");
            List<LeaseReply> replies = get(store.acquireOrRenew(batch));

            assertThat(replies.get(42))
                    .isInstanceOfSatisfying(
                            LeaseReply.Failed.class,
                            failed -> assertThat(failed.cause())
                                    .hasMessage(store.address() + " refused key 'kernel:shop:election:e42': another"
                                            + " transaction keeps its row locked"));
            assertThat(replies.stream().filter(LeaseReply.Held.class::isInstance))
                    .hasSize(99);
            assertThat(failure(store.release(LeaseKey.election("e42"), "id42")))
                    .hasMessageContaining("keeps its row locked");
            assertThat(get(store.release(LeaseKey.election("e43"), "id43"))).isTrue();
            other.rollback();
        }
        assertThat(get(store.acquireOrRenew(batch))).allMatch(LeaseReply.Held.class::isInstance);
    }

    @Test
    void twoIdsOnOneKeyInOneBatchAreNotBothGranted() {
        LeaseKey fresh = LeaseKey.election("fresh");

        List<LeaseReply> replies = get(store.acquireOrRenew(List.of(acquire(fresh, "one"), acquire(fresh, "two"))));
        postgres.query("UPDATE kernel_lease SET expires_at = clock_timestamp()");
        List<LeaseReply> again = get(store.acquireOrRenew(List.of(acquire(fresh, "three"), acquire(fresh, "four"))));

        assertThat(replies.stream().filter(LeaseReply.Held.class::isInstance)).hasSize(1);
        assertThat(again.stream().filter(LeaseReply.Held.class::isInstance)).hasSize(1);
    }

    @Test
    void le6_twoStoresThatWantTheSameLeasesShareThemWithoutDeadlock() {
        try (PostgresLeaseStore rival = PostgresFixture.open(postgres)) {
            List<LeaseRequest> ours = new ArrayList<>();
            List<LeaseRequest> theirs = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                ours.add(acquire(LeaseKey.election("e" + i), "ours"));
                theirs.add(acquire(LeaseKey.election("e" + i), "theirs"));
            }
            Collections.reverse(theirs);
            for (int round = 0; round < 20; round++) {
                CompletionStage<List<LeaseReply>> one = store.acquireOrRenew(ours);
                CompletionStage<List<LeaseReply>> two = rival.acquireOrRenew(theirs);

                long held = get(one).stream()
                                .filter(LeaseReply.Held.class::isInstance)
                                .count()
                        + get(two).stream()
                                .filter(LeaseReply.Held.class::isInstance)
                                .count();

                assertThat(get(one)).noneMatch(LeaseReply.Failed.class::isInstance);
                assertThat(get(two)).noneMatch(LeaseReply.Failed.class::isInstance);
                assertThat(held).as("round %s", round).isEqualTo(50);
                // Half of the rounds begin with rows that have expired, half with none.
                postgres.query(
                        round % 2 == 0
                                ? "UPDATE kernel_lease SET expires_at = clock_timestamp()"
                                : "DELETE FROM kernel_lease");
            }
        }
    }

    @Test
    void le9_onlyTheOwnerReleasesAndTheOthersHearOfIt() {
        LeaseKey key = LeaseKey.election("told");
        Heard heard = new Heard();
        try (PostgresLeaseStore other = PostgresFixture.open(postgres)) {
            var subscription = other.subscribe(heard);
            await().atMost(PATIENCE).until(() -> heard.gaps() > 0);
            long token = token(store, acquire(key, "one"));

            assertThat(get(store.release(key, "two"))).isFalse();
            assertThat(get(store.holder(key))).isPresent();
            assertThat(get(store.release(key, "one"))).isTrue();
            assertThat(get(store.release(key, "one"))).isFalse();

            await().atMost(PATIENCE).until(() -> heard.released().contains(key));
            assertThat(heard.released()).containsOnlyOnce(key);
            assertThat(get(store.holder(key))).isEmpty();
            assertThat(one("SELECT token FROM kernel_lease WHERE key = 'kernel:shop:election:told'"))
                    .isEqualTo(Long.toString(token));
            subscription.remove();
        }
    }

    @Test
    void manyReleasesAtOnceAreAllAnsweredAndTold() {
        Heard heard = new Heard();
        var subscription = store.subscribe(heard);
        List<LeaseKey> keys = new ArrayList<>();
        List<CompletableFuture<Boolean>> released = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            keys.add(LeaseKey.lock("l" + i));
        }
        for (int i = 0; i < 300; i += 100) {
            get(store.acquireOrRenew(keys.subList(i, i + 100).stream()
                    .map(key -> acquire(key, "one"))
                    .toList()));
        }

        keys.forEach(key -> released.add(store.release(key, "one").toCompletableFuture()));

        assertThat(released).allMatch(stage -> get(stage));
        await().atMost(PATIENCE).until(() -> heard.released().containsAll(keys));
        subscription.remove();
    }

    @Test
    void aMessageOfSomebodyElseOnTheChannelIsPassedOver() {
        LeaseKey key = LeaseKey.election("after-nonsense");
        Heard heard = new Heard();
        var subscription = store.subscribe(heard);

        for (String payload :
                List.of("", "nonsense", "kernel:shop:", "kernel:shop:election:No Name", "kernel:other:election:a")) {
            postgres.query("SELECT pg_notify('kernel_released', '" + payload + "')");
        }
        postgres.query("SELECT pg_notify('kernel_released', 'kernel:shop:election:after-nonsense')");

        await().atMost(PATIENCE).until(() -> heard.released().contains(key));
        assertThat(heard.released())
                .filteredOn(heardOf -> heardOf.kind() == LeaseKey.Kind.ELECTION)
                .containsExactly(key);
        subscription.remove();
    }

    @Test
    void le13_holderTellsIdentityAndToken() {
        assertThat(get(store.holder(KEY))).isEmpty();

        long token = token(store, acquire(KEY, "one"));

        assertThat(get(store.holder(KEY))).contains(new LeaderInfo("node-one", OptionalLong.of(token)));
        expire();
        assertThat(get(store.holder(KEY))).isEmpty();
    }

    @Test
    void le19_locksElectionsAndApplicationsAreApart() {
        try (PostgresLeaseStore other =
                PostgresFixture.open(PostgresFixture.settings(postgres), PostgresLeases.of("bank"))) {
            token(store, acquire(KEY, "one"));
            token(store, acquire(LeaseKey.lock("cron"), "two"));
            token(other, acquire(KEY, "three"));

            assertThat(postgres.query("SELECT key, lease_id FROM kernel_lease ORDER BY key"))
                    .containsExactly(
                            List.of("kernel:bank:election:cron", "three"),
                            List.of("kernel:shop:election:cron", "one"),
                            List.of("kernel:shop:lock:cron", "two"));
        }
    }

    @Rule("PG-5")
    void pg5_eachStatementHasATransactionWithSynchronousCommitAndATimeout() {
        postgres.query("""
                CREATE TABLE seen (what text, xid xid8, commit text, timeout text, idle text);
                CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  INSERT INTO seen VALUES (TG_OP, pg_current_xact_id(), current_setting('synchronous_commit'),
                    current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout'));
                  RETURN NEW; END $$;
                CREATE TRIGGER see BEFORE INSERT OR UPDATE ON kernel_lease FOR EACH ROW EXECUTE FUNCTION see();
                """);
        postgres.query("ALTER SYSTEM SET synchronous_commit = off");
        postgres.query("SELECT pg_reload_conf()");

        token(store, acquire(KEY, "one"));
        token(store, renew(KEY, "one"));
        get(store.release(KEY, "one"));

        assertThat(postgres.query("SELECT what, commit, timeout, idle FROM seen ORDER BY xid"))
                .containsExactly(
                        List.of("INSERT", "on", "500ms", "500ms"),
                        List.of("UPDATE", "on", "500ms", "500ms"),
                        List.of("UPDATE", "on", "500ms", "500ms"));
        assertThat(one("SELECT count(DISTINCT xid) FROM seen")).isEqualTo("3");
        postgres.query("DROP TRIGGER see ON kernel_lease");
        postgres.query("DROP TABLE seen");
        postgres.query("ALTER SYSTEM RESET synchronous_commit");
        postgres.query("SELECT pg_reload_conf()");
    }

    @Test
    void aCandidateThatFindsTheLeaseTakenWritesNothing() {
        token(store, acquire(KEY, "one"));
        String before = one("SELECT pg_current_wal_insert_lsn()");

        for (int i = 0; i < 20; i++) {
            assertThat(ask(store, acquire(KEY, "two"))).isInstanceOf(LeaseReply.Taken.class);
        }

        assertThat(Long.parseLong(one("SELECT (pg_current_wal_insert_lsn() - '" + before + "')::bigint")))
                .isLessThan(2_000);
        assertThat(one("SELECT xmax FROM kernel_lease")).isEqualTo("0");
    }

    @Test
    void theTableIsCreatedInAnotherSchemaAndTheDdlSaysTheSame() {
        postgres.query("CREATE SCHEMA IF NOT EXISTS ops");
        PostgresLeases leases = PostgresFixture.shop().in("ops.leases");
        try (PostgresLeaseStore other = PostgresFixture.open(PostgresFixture.settings(postgres), leases)) {
            token(other, acquire(KEY, "one"));
            assertThat(one("SELECT count(*) FROM ops.leases")).isEqualTo("1");

            postgres.query("DROP TABLE ops.leases");
            postgres.query(PostgresLeaseStore.ddl("ops.leases"));

            token(other, acquire(KEY, "one"));
            assertThat(PostgresLeaseStore.ddl()).contains("\"kernel_lease\"");
        }
    }

    @Test
    void theLongestTtlIsOne() {
        LeaseRequest forLong =
                new LeaseRequest(KEY, LeaseRequest.Mode.ACQUIRE, "one", "node-one", Duration.ofDays(36_500));

        token(store, forLong);
    }

    @Test
    void aTableThatCanBeNoneIsRefused() {
        for (String table : List.of("", "a b", "a;drop", "\"a\"", "a.b.c", "Upper")) {
            assertThatThrownBy(() -> PostgresLeases.of("shop").in(table))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("lease table must be [schema.]table");
        }
    }

    private void expire() {
        postgres.query("UPDATE kernel_lease SET expires_at = clock_timestamp()");
    }

    private long leftMillis() {
        return Math.round(Double.parseDouble(
                one("SELECT extract(epoch FROM expires_at - clock_timestamp()) * 1000 FROM kernel_lease")));
    }

    private long micros() {
        return Long.parseLong(one("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"));
    }

    private String one(String sql) {
        return postgres.query(sql).get(0).get(0);
    }
}
