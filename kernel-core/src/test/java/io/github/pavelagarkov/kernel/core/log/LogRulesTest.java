package io.github.pavelagarkov.kernel.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.pavelagarkov.kernel.clickhouse.ReconnectReport;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.event.ShutdownEvent;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.Fire;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.pool.PoolCloseReport;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import io.github.pavelagarkov.kernel.shutdown.HookOutcome;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.ShutdownPlan;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class LogRulesTest {
    private static final Instant SINCE = Instant.parse("2026-01-01T00:00:00Z");
    private static final Term TERM = new Term("cron", "host:1:abcdef", 1_795_000_000_000_000L, SINCE);

    private final LoggerContext context = new LoggerContext();
    private final Logger logger = context.getLogger("kernel");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final List<String> shutdowns = new ArrayList<>();
    private final LogListener listener =
            LogListener.to(logger).withElectionDetail(election -> "lease 15 s").withShutdownRequest(shutdowns::add);
    private final KernelLog log = KernelLog.of(logger, shutdowns::add);

    @BeforeEach
    void listen() {
        logger.setLevel(Level.DEBUG);
        lines.start();
        logger.addAppender(lines);
        MDC.clear();
    }

    @AfterEach
    void cleanUp() {
        context.stop();
        MDC.clear();
    }

    private void tell(KernelEvent event) {
        listener.onEvent(event);
    }

    private String line() {
        assertThat(lines.list).hasSize(1);
        ILoggingEvent event = lines.list.get(0);
        return event.getLevel() + " " + event.getFormattedMessage();
    }

    private static RunResult run(Outcome outcome, Optional<Throwable> error) {
        return new RunResult(
                "expire-sessions",
                7,
                "c-1",
                Fire.SCHEDULED,
                SINCE,
                Duration.ZERO,
                Duration.ofMillis(1250),
                outcome,
                error);
    }

    @Test
    void lg1_entryIsOneLineWithKeyValues() {
        log.info(LogEntry.of("billing", "close-invoice")
                .withArg("invoice", 17)
                .withResult("closed {}")
                .withLatency(Duration.ofMillis(35)));

        assertThat(line()).isEqualTo("INFO billing close-invoice: closed {} after 35 ms");
        assertThat(lines.list.get(0).getKeyValuePairs())
                .extracting(pair -> pair.key + "=" + pair.value)
                .containsExactly(
                        "component=billing",
                        "operation=close-invoice",
                        "invoice=17",
                        "result=closed {}",
                        "latency_ms=35");
    }

    @Test
    void lg1_errorCarriesItsStack() {
        log.error(LogEntry.of("billing", "close-invoice").withError(new IllegalStateException("locked")));

        assertThat(line()).isEqualTo("ERROR billing close-invoice failed");
        assertThat(lines.list.get(0).getThrowableProxy().getMessage()).isEqualTo("locked");
    }

    @Test
    void lg1_fatalIsAnErrorAndAShutdownRequestAndReturns() {
        log.fatal(LogEntry.of("billing", "migrate").withError(new IllegalStateException("schema is newer")));

        assertThat(line()).isEqualTo("ERROR billing migrate failed");
        assertThat(shutdowns).containsExactly("billing migrate");
    }

    @Test
    void lg1_fatalEventAsksForAShutdownToo() {
        tell(new KernelEvent.Fatal("job expire-sessions", new OutOfMemoryError("heap")));

        assertThat(line()).isEqualTo("ERROR job expire-sessions fatal error");
        assertThat(shutdowns).containsExactly("job expire-sessions: java.lang.OutOfMemoryError");
    }

    @Test
    void lg1_electionLinesSayWhoWhatAndToken() {
        tell(new LeaderEvent.Acquired(TERM));
        tell(new LeaderEvent.Lost(TERM, DemotionReason.CLOSED, Duration.ofSeconds(250), true));
        tell(new LeaderEvent.Lost(TERM, DemotionReason.TAKEN_OVER, Duration.ofSeconds(9), false));

        assertThat(lines.list)
                .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
                .containsExactly(
                        "INFO election cron won, fencing token 1795000000000000, lease 15 s",
                        "INFO election cron lost (CLOSED) after 4 min 10 s, fencing token 1795000000000000, lease released",
                        "WARN election cron lost (TAKEN_OVER) after 9 s, fencing token 1795000000000000, "
                                + "lease not released, it expires by itself");
    }

    @Test
    void lg1_successAndSkippedRunsAreDebug() {
        tell(new JobEvent.Finished("main", run(Outcome.SUCCESS, Optional.empty())));
        tell(new JobEvent.Finished("main", run(Outcome.SKIPPED_OVERLAP, Optional.empty())));
        tell(new JobEvent.Finished("main", run(Outcome.SKIPPED_NOT_LEADER, Optional.empty())));

        assertThat(lines.list).extracting(ILoggingEvent::getLevel).containsOnly(Level.DEBUG);
        assertThat(lines.list.get(0).getFormattedMessage())
                .isEqualTo("job expire-sessions run 7 succeeded after 1.2 s");
    }

    @Test
    void lg1_failedRunIsOneErrorWithItsStack() {
        tell(new JobEvent.Finished("main", run(Outcome.FAILED, Optional.of(new IllegalStateException("no disk")))));

        assertThat(line()).isEqualTo("ERROR job expire-sessions run 7 failed after 1.2 s");
        assertThat(lines.list.get(0).getThrowableProxy().getMessage()).isEqualTo("no disk");
    }

    @Test
    void lg1_timedOutRunIsAWarningWithTheStackIfItThrew() {
        tell(new JobEvent.Finished("main", run(Outcome.TIMED_OUT, Optional.of(new InterruptedException()))));

        assertThat(line()).isEqualTo("WARN job expire-sessions run 7 timed out after 1.2 s");
        assertThat(lines.list.get(0).getThrowableProxy()).isNotNull();
    }

    @Test
    void lg1_shutdownSummaryCountsOutcomesAndNamesTheBadOnes() {
        ShutdownSpec spec = ShutdownSpec.defaults();
        List<HookResult> hooks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            hooks.add(hook("hook-" + i, HookOutcome.OK));
        }
        hooks.add(hook("grpc", HookOutcome.ABANDONED));
        tell(new ShutdownEvent.Started("SIGTERM", new ShutdownPlan(List.of(), spec)));
        tell(new ShutdownEvent.Finished(
                new ShutdownReport("SIGTERM", Duration.ofMillis(1234), Duration.ZERO, hooks, true)));

        assertThat(lines.list.get(1).getLevel()).isEqualTo(Level.WARN);
        assertThat(lines.list.get(1).getFormattedMessage())
                .isEqualTo("shutdown (SIGTERM) took 1.2 s of 25 s: 5 hooks OK, 1 ABANDONED [grpc]");
    }

    private static HookResult hook(String name, HookOutcome outcome) {
        return new HookResult(
                name, 100, outcome, Duration.ofMillis(40), Optional.empty(), List.of("a.B.c(B.java:1)", "d.E.f"));
    }

    @Test
    void lg1_abandonedHookShowsWhereItIsStuck() {
        tell(new ShutdownEvent.HookFinished(hook("grpc", HookOutcome.ABANDONED)));

        assertThat(line())
                .isEqualTo("ERROR hook grpc (100) ABANDONED after 40 ms, it ignores its interrupt, stuck at:"
                        + "\n    at a.B.c(B.java:1)\n    at d.E.f");
    }

    @Test
    void lg1_readinessFlipsAreLinesAndTheRestIsDebug() {
        ReadinessSnapshot down = snapshot(1, false, "cache: warming up");
        ReadinessSnapshot still = snapshot(2, false, "cache: still warming up");
        ReadinessSnapshot up = snapshot(3, true, "");
        tell(new KernelEvent.ReadinessChanged(down, still));
        tell(new KernelEvent.ReadinessChanged(still, up));
        tell(new KernelEvent.ReadinessChanged(up, snapshot(4, false, "cache: lost\nits node")));

        assertThat(lines.list)
                .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
                .containsExactly(
                        "DEBUG readiness still down: cache: still warming up",
                        "INFO readiness up: all 1 components are ready",
                        "WARN readiness down: cache: lost?its node");
    }

    private static ReadinessSnapshot snapshot(long version, boolean ready, String reason) {
        return new ReadinessSnapshot(
                version,
                ReadinessBarrier.State.RUNNING,
                ready,
                reason,
                SINCE,
                Map.of("cache", new ReadinessSnapshot.Status(ready, reason, SINCE)));
    }

    @Test
    void lg3_actionsOfOperatorsAreLinesAlsoIfTheyAreRefused() {
        tell(new KernelEvent.ActionTaken("run", "job settle", "c-1"));
        tell(new KernelEvent.ActionRefused(
                "run", "job set\ntle", "c-2", new IllegalArgumentException("there is no job 'set?tle'")));

        assertThat(lines.list)
                .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
                .containsExactly(
                        "INFO operator asked to run job settle, correlation id c-1",
                        "WARN operator asked to run job set?tle, which was refused: IllegalArgumentException: there is no job 'set?tle',"
                                + " correlation id c-2");
    }

    @Test
    void lg3_textFromOutsideIsOnePrintableLine() {
        tell(new LeaderEvent.LockTrouble("a\nlock", 3, "lost\r\nERROR forged line " + "x".repeat(200)));

        assertThat(line())
                .startsWith("WARN lock a?lock in trouble, fencing token 3: lost??ERROR forged line xxx")
                .doesNotContain("\n")
                .hasSizeLessThan(160);
    }

    @Test
    void js13_carrierOpensAContextAndPutsThePreviousOneBack() {
        ContextCarrier carrier = MdcContextCarrier.create();
        MDC.put("correlation_id", "caller");
        ContextCarrier.Snapshot captured = carrier.capture();
        MDC.put("correlation_id", "pool");
        MDC.put("other", "kept");

        try (ContextCarrier.Scope scope = captured.open(Map.of("job", "expire"))) {
            assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("correlation_id", "caller", "job", "expire"));
        }
        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("correlation_id", "pool", "other", "kept"));

        try (ContextCarrier.Scope scope = carrier.clean().open(Map.of("run_id", "1"))) {
            assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("run_id", "1"));
        }
        assertThat(MDC.get("other")).isEqualTo("kept");
    }

    @Test
    void linesOfAClickHousePoolNameIt() {
        Verdict busy = new Verdict(
                Verdict.Action.WAIT,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                OptionalInt.of(202),
                "TOO_MANY_SIMULTANEOUS_QUERIES",
                true,
                Verdict.Applied.NO,
                "the server is busy");
        tell(new ClickHouseEvent.AttemptFailed("events", 1, busy, Optional.of(Duration.ofMillis(800))));
        tell(new ClickHouseEvent.AttemptFailed("events", 2, busy, Optional.empty()));
        tell(new ClickHouseEvent.Reconnected(
                "events", "clickhouse://db/shop", new ReconnectReport(true, 3, Duration.ofMillis(12))));
        tell(new ClickHouseEvent.ReconnectFailed("events", new IllegalStateException("db cannot be reached")));
        tell(new ClickHouseEvent.Drained("events", new PoolCloseReport(0, true, Duration.ofSeconds(1))));
        tell(new ClickHouseEvent.Drained("events", new PoolCloseReport(2, true, Duration.ofSeconds(30))));

        assertThat(lines.list)
                .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
                .containsExactly(
                        "DEBUG clickhouse events attempt 1 failed: the server is busy (202 TOO_MANY_SIMULTANEOUS_QUERIES),"
                                + " next in 800 ms",
                        "DEBUG clickhouse events attempt 2 failed: the server is busy (202 TOO_MANY_SIMULTANEOUS_QUERIES),"
                                + " no more",
                        "INFO clickhouse events reconnected to clickhouse://db/shop in 12 ms, 3 connections still lent out",
                        "WARN clickhouse events not reconnected, the old connections go on: db cannot be reached",
                        "DEBUG clickhouse events old connections are back",
                        "WARN clickhouse events cut 2 old connections that were still lent out after 30 s");
    }
}
