package io.github.pavelagarkov.kernel.core.postgres;

import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.PATIENCE;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.acquire;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.ask;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.failure;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.get;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.renew;
import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.pavelagarkov.kernel.core.leases.Heard;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.fault.TcpProxy;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the server does to the store: it dies, freezes, refuses, cuts, forgets. Each test leaves it as it was. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresTroubleTest {
    private static final LeaseKey KEY = LeaseKey.election("cron");

    private final PostgresProcess postgres = PostgresProcess.start();

    @AfterAll
    void end() {
        postgres.close();
    }

    @AfterEach
    void forget() {
        postgres.query("DROP TABLE IF EXISTS kernel_lease");
    }

    @Rule("PG-5")
    void pg5_leasesAndTokensSurviveACrashOfTheServer() {
        try (PostgresLeaseStore store = PostgresFixture.open(postgres)) {
            Heard heard = new Heard();
            var unused = store.subscribe(heard);
            long token = token(store, acquire(KEY, "one"));
            int gaps = heard.gaps();

            postgres.kill();
            assertThat(failure(store.acquireOrRenew(List.of(renew(KEY, "one")))))
                    .hasMessageMatching(".*postgres (cannot be reached|ended the connection.*)");
            postgres.restart();

            awaitAnswer(store);
            assertThat(token(store, renew(KEY, "one"))).isEqualTo(token);
            assertThat(ask(store, acquire(KEY, "two"))).isInstanceOf(LeaseReply.Taken.class);
            await().atMost(PATIENCE).until(() -> heard.gaps() > gaps);
        }
    }

    @Test
    void aServerThatComesLaterIsFoundWithoutAnotherStart() {
        postgres.stop();
        try (PostgresLeaseStore store = PostgresFixture.open(postgres)) {
            Heard heard = new Heard();
            var unused = store.subscribe(heard);
            assertThat(failure(store.holder(KEY))).hasMessageEndingWith("/postgres cannot be reached");

            postgres.restart();

            await().atMost(PATIENCE).until(() -> heard.gaps() > 0);
            token(store, acquire(KEY, "one"));
        } finally {
            postgres.restart();
        }
    }

    @Test
    void le8_aFrozenServerFailsEveryCallInTimeAndHoldsUpTwoThreadsAtMost() {
        try (PostgresLeaseStore store = PostgresFixture.open(postgres)) {
            long token = token(store, acquire(KEY, "one"));
            int threads = PostgresFixture.threads().size();

            postgres.pause();
            List<CompletionStage<?>> calls = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                calls.add(store.acquireOrRenew(List.of(renew(KEY, "one"))));
                calls.add(store.release(LeaseKey.lock("l" + i), "one"));
            }

            calls.forEach(call -> assertThat(failure(call)).hasMessageContaining("did not answer in time"));
            assertThat(PostgresFixture.threads()).hasSizeLessThanOrEqualTo(threads);
            postgres.resume();
            awaitAnswer(store);
            assertThat(token(store, renew(KEY, "one"))).isEqualTo(token);
        }
    }

    @Test
    void manyWhoAskWhoLeadsDoNotHoldUpARenewal() {
        try (TcpProxy far = TcpProxy.to("127.0.0.1", postgres.port());
                PostgresLeaseStore store = PostgresFixture.open(
                        PostgresSettings.of("jdbc:postgresql://127.0.0.1:" + far.port() + "/postgres")
                                .withCredentials(postgres.user(), postgres.password()),
                        PostgresFixture.shop())) {
            LeaseKey nobodys = LeaseKey.election("nobodys");
            long token = token(store, acquire(KEY, "one"));
            LeaderInfo leader = new LeaderInfo("node-one", OptionalLong.of(token));
            far.delay(TcpProxy.Direction.REPLY, Duration.ofMillis(20));

            List<CompletionStage<Optional<LeaderInfo>>> asked = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                asked.add(store.holder(i % 2 == 0 ? KEY : nobodys));
            }
            assertThat(token(store, renew(KEY, "one"))).isEqualTo(token);

            for (int i = 0; i < 500; i++) {
                assertThat(get(asked.get(i))).isEqualTo(i % 2 == 0 ? Optional.of(leader) : Optional.empty());
            }
        }
    }

    @Test
    void connectionsThatAreCutAreOpenedAgain() {
        try (PostgresLeaseStore store = PostgresFixture.open(postgres)) {
            Heard heard = new Heard();
            var unused = store.subscribe(heard);
            long token = token(store, acquire(KEY, "one"));
            await().atMost(PATIENCE).until(() -> heard.gaps() > 0);
            int gaps = heard.gaps();

            postgres.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kernel'");

            assertThat(failure(store.acquireOrRenew(List.of(renew(KEY, "one")))))
                    .hasMessageContaining("ended the connection");
            assertThat(token(store, renew(KEY, "one"))).isEqualTo(token);
            await().atMost(PATIENCE).until(() -> heard.gaps() > gaps);
            get(store.release(KEY, "one"));
            await().atMost(PATIENCE).until(() -> heard.released().contains(KEY));
        }
    }

    @Test
    void aConnectionThatDiedWhileNobodyAskedFailsNoCall() {
        Later clock = new Later();
        try (PostgresLeaseStore store = PostgresLeaseStore.open(
                PostgresFixture.settings(postgres), PostgresFixture.shop(), clock, Thread::new)) {
            long token = token(store, acquire(KEY, "one"));

            postgres.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kernel'");
            clock.later.set(Duration.ofMinutes(1).toNanos());

            assertThat(token(store, renew(KEY, "one"))).isEqualTo(token);
        }
    }

    /** The system's clock, moved on. */
    private static final class Later implements KernelClock {
        private final KernelClock real = KernelClock.system();
        private final AtomicLong later = new AtomicLong();

        @Override
        public long nanoTime() {
            return real.nanoTime() + later.get();
        }

        @Override
        public long wallMillis() {
            return real.wallMillis();
        }

        @Override
        public void park(long untilNanos) throws InterruptedException {
            real.park(untilNanos - later.get());
        }

        @Override
        public void unpark(Thread thread) {
            real.unpark(thread);
        }
    }

    @Test
    void le8_aTableThatWasDroppedIsCreatedAgainAndItsLeasesAreLost() {
        try (PostgresLeaseStore store = PostgresFixture.open(postgres)) {
            long token = token(store, acquire(KEY, "one"));

            postgres.query("DROP TABLE kernel_lease");

            assertThat(ask(store, renew(KEY, "one"))).isEqualTo(new LeaseReply.Free());
            assertThat(get(store.release(KEY, "one"))).isFalse();
            assertThat(token(store, acquire(KEY, "two"))).isGreaterThan(token);
        }
    }

    @Test
    void twoStoresThatMissTheTableAtOnceBothGoOn() {
        try (PostgresLeaseStore one = PostgresFixture.open(postgres);
                PostgresLeaseStore two = PostgresFixture.open(postgres)) {
            for (int i = 0; i < 5; i++) {
                CompletionStage<?> first = one.holder(KEY);
                CompletionStage<?> second = two.holder(KEY);

                assertThat(get(first)).isNotNull();
                assertThat(get(second)).isNotNull();
                postgres.query("DROP TABLE kernel_lease");
            }
        }
    }

    @Test
    void le17_aWrongPasswordIsSaidSoEachTimeInTheSameWordsWithoutIt() {
        PostgresSettings wrong = PostgresSettings.of(postgres.url()).withCredentials(postgres.user(), "wr0ng");
        try (PostgresLeaseStore store = PostgresFixture.open(wrong, PostgresFixture.shop())) {
            for (int i = 0; i < 3; i++) {
                assertThat(failure(store.holder(KEY)))
                        .hasMessage(store.address()
                                + " refused the login: wrong user or password, or no right to connect (28P01)");
            }
            assertThat(wrong.toString() + store).doesNotContain("wr0ng");
        }
    }

    @Test
    void le17_aServerThatOnlyReadsIsSaidSoAndUsedAgainWhenItWrites() {
        try (PostgresLeaseStore store = PostgresFixture.open(postgres)) {
            long token = token(store, acquire(KEY, "one"));

            configure("SET default_transaction_read_only = on");
            assertThat(failure(store.acquireOrRenew(List.of(renew(KEY, "one")))))
                    .hasMessageEndingWith(
                            "/postgres is read-only: a standby, or default_transaction_read_only is on (25006)");
            configure("RESET default_transaction_read_only");

            assertThat(token(store, renew(KEY, "one"))).isEqualTo(token);
        }
    }

    @Test
    void aRoleThatMayNotCreateTheTableIsToldWhatToDo() {
        postgres.query("CREATE ROLE poor LOGIN PASSWORD 'p00r'");
        PostgresSettings poor = PostgresSettings.of(postgres.url()).withCredentials("poor", "p00r");
        try (PostgresLeaseStore store = PostgresFixture.open(poor, PostgresFixture.shop())) {
            assertThat(failure(store.holder(KEY)))
                    .hasMessage(store.address() + " refused the call: permission denied for schema public (42501); the"
                            + " table kernel_lease is missing: create it with what PostgresLeaseStore.ddl() says");

            postgres.query(PostgresLeaseStore.ddl());
            assertThat(failure(store.holder(KEY)))
                    .hasMessageEndingWith("refused the call: permission denied for table kernel_lease (42501)");
            postgres.query("GRANT SELECT, INSERT, UPDATE ON kernel_lease TO poor");

            token(store, acquire(KEY, "one"));
            assertThat(get(store.release(KEY, "one"))).isTrue();
        }
    }

    @Test
    void aPoolOfTheApplicationLendsTwoConnectionsAndGetsNoneBackThatListens() throws Exception {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(postgres.url());
        config.setUsername(postgres.user());
        config.setPassword(postgres.password());
        config.setMaximumPoolSize(2);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            Heard heard = new Heard();
            try (PostgresLeaseStore store =
                    PostgresLeaseStore.over(pool, PostgresFixture.shop(), KernelClock.system(), Thread::new)) {
                var unused = store.subscribe(heard);
                token(store, acquire(KEY, "one"));
                await().atMost(PATIENCE).until(() -> heard.gaps() > 0);

                assertThat(get(store.release(KEY, "one"))).isTrue();
                await().atMost(PATIENCE).until(() -> heard.released().contains(KEY));
                postgres.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name = 'PostgreSQL JDBC Driver'");
                awaitAnswer(store);
            }

            try (var connection = pool.getConnection();
                    var statement = connection.createStatement();
                    var channels = statement.executeQuery("SELECT pg_listening_channels()")) {
                assertThat(channels.next()).isFalse();
            }
        }
    }

    @Test
    void closeEndsThreadsAndConnectionsAndFailsWhatStillWaits() {
        PostgresLeaseStore store = PostgresFixture.open(postgres);
        token(store, acquire(KEY, "one"));
        postgres.pause();
        CompletionStage<?> waiting = store.holder(KEY);

        store.close();
        store.close();
        postgres.resume();

        assertThat(failure(waiting)).hasMessageMatching(".*(is closed|cannot be reached)");
        assertThat(failure(store.holder(KEY))).hasMessageContaining("takes no more calls: it is closed");
        await().atMost(PATIENCE).until(() -> PostgresFixture.threads().isEmpty());
        await().atMost(PATIENCE)
                .until(() -> postgres.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'kernel'")
                        .isEmpty());
    }

    private void configure(String what) {
        postgres.query("ALTER SYSTEM " + what);
        postgres.query("SELECT pg_reload_conf()");
        // Every process of the server reads it for itself: a new one has read it.
        await().atMost(PATIENCE)
                .until(() -> postgres.query("SHOW default_transaction_read_only")
                        .equals(List.of(List.of(what.startsWith("SET") ? "on" : "off"))));
    }

    /** The first answer after an outage, whatever it is. */
    private static void awaitAnswer(PostgresLeaseStore store) {
        await().atMost(PATIENCE).until(() -> {
            var answer = store.holder(KEY).toCompletableFuture();
            answer.exceptionally(error -> null).join();
            return !answer.isCompletedExceptionally();
        });
    }
}
