package io.github.pavelagarkov.kernel.core.clickhouse;

import static io.github.pavelagarkov.kernel.core.clickhouse.ClickHousePoolTest.PATIENCE;
import static io.github.pavelagarkov.kernel.core.clickhouse.ClickHousePoolTest.one;
import static io.github.pavelagarkov.kernel.core.clickhouse.ClickHousePoolTest.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.clickhouse.ReconnectReport;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
import io.github.pavelagarkov.kernel.pool.PoolCloseReport;
import io.github.pavelagarkov.kernel.tck.fault.TcpProxy;
import io.github.pavelagarkov.kernel.tck.process.ClickHouseProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A pool over a real ClickHouse gets new connections: who has an old one, who waits, and what may come between. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClickHouseReconnectTest {
    /** A hundred take half a minute: {@code -Dkernel.reconnects=100}. */
    private static final int RECONNECTS = Integer.getInteger("kernel.reconnects", 20);

    private final ClickHouseProcess clickhouse = ClickHouseProcess.builder()
            .user("other", "<max_threads>1</max_threads>")
            .start();

    @AfterAll
    void end() {
        clickhouse.close();
    }

    @Test
    void ch4_newSettingsAreInForceAndWhatIsLentOutGoesOnUntilItComesBack() throws SQLException {
        try (ClickHousePool pool =
                HikariClickHousePool.open("events", settings(clickhouse).build())) {
            Connection old = pool.connection();
            ReconnectReport report =
                    pool.reconnect(settings(clickhouse).username("other").build());

            assertThat(report.swapped()).isTrue();
            assertThat(report.draining()).isEqualTo(1);
            assertThat(one(old, "SELECT currentUser()")).isEqualTo(clickhouse.user());
            assertThat(one(pool, "SELECT currentUser()")).isEqualTo("other");
            assertThat(pool.settings().username()).contains("other");
            old.close();
        }
    }

    @Test
    void ch4_aReconnectThatFailsChangesNothingAndIsNotTriedAgainAtOnce() throws SQLException {
        try (TcpProxy proxy = TcpProxy.to("127.0.0.1", clickhouse.port());
                ClickHousePool pool =
                        HikariClickHousePool.open("events", settings(clickhouse).build())) {
            Connection lent = pool.connection();
            proxy.reset();
            proxy.refuse();
            ClickHouseSettings away = settings(clickhouse, proxy.port()).build();
            String why = "clickhouse pool 'events' not reconnected: " + away.address() + " cannot be reached: ";

            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> pool.reconnect(away))
                        .isInstanceOf(BackendUnavailableException.class)
                        .hasMessageStartingWith(why);
            }
            assertThat(proxy.connections()).isLessThanOrEqualTo(1);
            assertThat(one(lent, "SELECT 4")).isEqualTo("4");
            assertThat(one(pool, "SELECT 5")).isEqualTo("5");
            assertThat(pool.settings().url())
                    .isEqualTo(settings(clickhouse).build().url());
            lent.close();
        }
    }

    @Test
    void ch4_aHundredCallersReconnectOnce() throws Exception {
        AtomicInteger reconnected = new AtomicInteger();
        try (ClickHousePool pool = HikariClickHousePool.builder(
                        "events", settings(clickhouse).build())
                .events(event -> {
                    if (event.get() instanceof ClickHouseEvent.Reconnected) {
                        reconnected.incrementAndGet();
                    }
                })
                .open()) {
            CountDownLatch go = new CountDownLatch(1);
            List<CompletableFuture<ReconnectReport>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                CompletableFuture<ReconnectReport> answer = new CompletableFuture<>();
                all.add(answer);
                new Thread(() -> {
                            try {
                                go.await();
                                answer.complete(pool.reconnect());
                            } catch (InterruptedException | RuntimeException e) {
                                answer.completeExceptionally(e);
                            }
                        })
                        .start();
            }
            go.countDown();
            int swapped = 0;
            for (CompletableFuture<ReconnectReport> answer : all) {
                swapped += answer.get(30, TimeUnit.SECONDS).swapped() ? 1 : 0;
            }
            assertThat(swapped).isEqualTo(1);
            assertThat(reconnected).hasValue(1);
        }
    }

    @Test
    void ch4_whatIsStillLentOutAtTheEndOfItsTimeIsCutAndNotBefore() throws Exception {
        List<PoolCloseReport> drained = new CopyOnWriteArrayList<>();
        try (ClickHousePool pool = HikariClickHousePool.builder(
                        "events",
                        settings(clickhouse).drainTimeout(Duration.ofSeconds(2)).build())
                .events(event -> {
                    if (event.get() instanceof ClickHouseEvent.Drained end) {
                        drained.add(end.report());
                    }
                })
                .open()) {
            Connection old = pool.connection();
            long from = System.nanoTime();
            assertThat(pool.reconnect().swapped()).isTrue();

            assertThatThrownBy(() -> one(old, "SELECT sleep(3), sleep(3)")).isInstanceOf(SQLException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
            await().atMost(PATIENCE).until(() -> drained.size() == 1);
            assertThat(drained.get(0).cut()).isEqualTo(1);
        }
    }

    @Test
    void ch4_whoWaitsForAnOldConnectionGetsANewOneWhenItComesBack() throws Exception {
        Duration endless = Duration.ofMinutes(10);
        try (ClickHousePool pool = HikariClickHousePool.open(
                "events",
                settings(clickhouse)
                        .maxSize(1)
                        .acquireTimeout(endless)
                        .drainTimeout(endless)
                        .build())) {
            Connection old = pool.connection();
            CompletableFuture<String> waiting = new CompletableFuture<>();
            new Thread(() -> {
                        try {
                            waiting.complete(one(pool, "SELECT 7"));
                        } catch (SQLException | RuntimeException e) {
                            waiting.completeExceptionally(e);
                        }
                    })
                    .start();
            await().atMost(PATIENCE).until(() -> pool.stats().waiting() == 1);
            assertThat(pool.reconnect().draining()).isEqualTo(1);
            assertThat(waiting).isNotDone();

            old.close();
            assertThat(waiting.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("7");
        }
    }

    @Test
    void ch4_aThousandBorrowersAndManyReconnectsLoseNothing() throws Exception {
        AtomicLong calls = new AtomicLong();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        ClickHouseSettings one =
                settings(clickhouse).maxSize(16).acquireTimeout(PATIENCE).build();
        ClickHouseSettings two =
                settings(clickhouse).maxSize(15).acquireTimeout(PATIENCE).build();
        try (ClickHousePool pool = HikariClickHousePool.open("crowd", one)) {
            AtomicInteger running = new AtomicInteger(1_000);
            CountDownLatch over = new CountDownLatch(1);
            for (int i = 0; i < 1_000; i++) {
                new Thread(
                                null,
                                () -> {
                                    try {
                                        do {
                                            if (one(pool, "SELECT 6").equals("6")) {
                                                calls.incrementAndGet();
                                            }
                                        } while (over.getCount() > 0);
                                    } catch (SQLException | RuntimeException e) {
                                        failures.add(e);
                                    } finally {
                                        running.decrementAndGet();
                                    }
                                },
                                "borrower",
                                256 * 1024)
                        .start();
            }
            for (int i = 0; i < RECONNECTS; i++) {
                assertThat(pool.reconnect(i % 2 == 0 ? two : one).swapped()).isTrue();
            }
            over.countDown();
            await().atMost(Duration.ofMinutes(2)).until(() -> running.get() == 0);
            assertThat(failures.stream().map(ClickHousePoolTest::stack).toList())
                    .isEmpty();
            assertThat(calls.get()).isGreaterThanOrEqualTo(1_000);
            assertThat(pool.stats().active()).isZero();
            PoolCloseReport report = pool.close(PATIENCE);
            assertThat(report.clean()).as("%s", report).isTrue();
        }
        await().atMost(PATIENCE).until(() -> threads("kernel-clickhouse-crowd").isEmpty());
    }

    /** Settings whose first ping is not answered before {@code proxy.pass()}. */
    private ClickHouseSettings slow(TcpProxy proxy) {
        proxy.stall();
        return settings(clickhouse, proxy.port())
                .username("other")
                .connectTimeout(Duration.ofSeconds(20))
                .acquireTimeout(PATIENCE)
                .build();
    }

    private static <T> CompletableFuture<T> inBackground(Callable<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        new Thread(
                        () -> {
                            try {
                                answer.complete(work.call());
                            } catch (Exception e) {
                                answer.completeExceptionally(e);
                            }
                        },
                        "background")
                .start();
        return answer;
    }

    @Test
    void ch4_aPlainReconnectThatWaitedDoesNotUndoNewSettings() throws Exception {
        try (TcpProxy proxy = TcpProxy.to("127.0.0.1", clickhouse.port());
                ClickHousePool pool =
                        HikariClickHousePool.open("events", settings(clickhouse).build())) {
            ClickHouseSettings next = slow(proxy);
            CompletableFuture<ReconnectReport> first = inBackground(() -> pool.reconnect(next));
            await().atMost(PATIENCE).until(() -> proxy.connections() > 0);
            CompletableFuture<Thread> plain = new CompletableFuture<>();
            CompletableFuture<ReconnectReport> second = inBackground(() -> {
                plain.complete(Thread.currentThread());
                return pool.reconnect();
            });
            await().atMost(PATIENCE).until(() -> plain.get().getState() == Thread.State.WAITING);

            proxy.pass();

            assertThat(first.get(30, TimeUnit.SECONDS).swapped()).isTrue();
            assertThat(second.get(30, TimeUnit.SECONDS).swapped()).isFalse();
            assertThat(pool.settings()).isEqualTo(next);
            assertThat(one(pool, "SELECT currentUser()")).isEqualTo("other");
        }
    }

    @Test
    void ch4_anInterruptedReconnectIsNoAnswerForOthers() throws Exception {
        try (TcpProxy proxy = TcpProxy.to("127.0.0.1", clickhouse.port());
                ClickHousePool pool =
                        HikariClickHousePool.open("events", settings(clickhouse).build())) {
            ClickHouseSettings next = slow(proxy);
            CompletableFuture<Thread> caller = new CompletableFuture<>();
            AtomicBoolean interrupted = new AtomicBoolean();
            CompletableFuture<ReconnectReport> first = inBackground(() -> {
                caller.complete(Thread.currentThread());
                try {
                    return pool.reconnect(next);
                } finally {
                    interrupted.set(Thread.currentThread().isInterrupted());
                }
            });
            await().atMost(PATIENCE).until(() -> proxy.connections() > 0);

            caller.get().interrupt();

            assertThatThrownBy(() -> first.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(BackendUnavailableException.class);
            assertThat(interrupted).isTrue();
            assertThat(pool.settings().username()).contains(clickhouse.user());
            proxy.pass();
            assertThat(pool.reconnect(next).swapped()).isTrue();
        }
    }

    @Test
    void ch4_aPoolThatIsClosedWhileItReconnectsLeavesNothingOpen() throws Exception {
        try (TcpProxy proxy = TcpProxy.to("127.0.0.1", clickhouse.port())) {
            ClickHousePool pool = HikariClickHousePool.open(
                    "halfway", settings(clickhouse, proxy.port()).build());
            assertThat(one(pool, "SELECT 8")).isEqualTo("8");
            ClickHouseSettings next = slow(proxy);
            long before = proxy.connections();
            CompletableFuture<ReconnectReport> reconnect = inBackground(() -> pool.reconnect(next));
            await().atMost(PATIENCE).until(() -> proxy.connections() > before);

            assertThat(pool.close(PATIENCE).clean()).isTrue();
            proxy.pass();

            assertThatThrownBy(() -> reconnect.get(30, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .hasMessageEndingWith("clickhouse pool 'halfway' is closed");
            await().atMost(PATIENCE).until(() -> proxy.open() == 0);
            await().atMost(PATIENCE)
                    .until(() -> threads("kernel-clickhouse-halfway").isEmpty());
        }
    }

    private static List<String> threads(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .toList();
    }
}
