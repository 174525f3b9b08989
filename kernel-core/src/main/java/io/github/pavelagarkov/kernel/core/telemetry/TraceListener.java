package io.github.pavelagarkov.kernel.core.telemetry;

import io.github.pavelagarkov.kernel.core.metrics.MeterLabel;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.event.ShutdownEvent;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.shutdown.HookOutcome;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.time.KernelClock;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A span for each change of leadership, and for the shutdown one around one for the drain and one for each hook.
 *
 * <p>Not thread-safe: events come one at a time.
 */
final class TraceListener implements KernelListener {
    private final LateTelemetry telemetry;
    private @Nullable Span shutdown;
    private Instant begun = Instant.EPOCH;

    TraceListener(LateTelemetry telemetry) {
        this.telemetry = telemetry;
    }

    @Override
    public void onLeadershipAcquired(LeaderEvent.Acquired event) {
        change(event.term(), "acquired").startSpan().end();
    }

    @Override
    public void onLeadershipLost(LeaderEvent.Lost event) {
        Span span = change(event.term(), "lost")
                .setAttribute("kernel.leader.reason", event.reason().name())
                .setAttribute("kernel.leader.held", seconds(event.held()))
                .setAttribute("kernel.leader.released", event.released())
                .startSpan();
        if (!event.reason().leaseHeld()) {
            span.setStatus(StatusCode.ERROR, event.reason().name());
        }
        span.end();
    }

    private SpanBuilder change(Term term, String what) {
        return telemetry
                .tracer()
                .spanBuilder("election " + term.election() + " " + what)
                .setNoParent()
                .setAttribute(MeterLabel.ELECTION.key(), term.election())
                .setAttribute("kernel.identity", term.identity())
                .setAttribute("kernel.leader.fencing_token", term.fencingToken());
    }

    @Override
    public void onShutdownStarted(ShutdownEvent.Started event) {
        begun = now();
        shutdown = telemetry
                .tracer()
                .spanBuilder("shutdown")
                .setNoParent()
                .setStartTimestamp(begun)
                .setAttribute("kernel.shutdown.reason", event.reason())
                .startSpan();
    }

    @Override
    public void onHookFinished(ShutdownEvent.HookFinished event) {
        HookResult hook = event.result();
        Instant end = now();
        Span span = phase("shutdown hook " + hook.name(), end.minus(hook.took()))
                .setAttribute(MeterLabel.HOOK.key(), hook.name())
                .setAttribute("kernel.shutdown.priority", (long) hook.priority())
                .setAttribute(MeterLabel.HOOK_OUTCOME.key(), outcome(hook.outcome()))
                .startSpan();
        hook.error().ifPresent(span::recordException);
        if (hook.outcome() != HookOutcome.OK && hook.outcome() != HookOutcome.LATE_OK) {
            span.setStatus(StatusCode.ERROR, hook.outcome().name());
        }
        span.end(end);
    }

    /** In the words of the metric. */
    private static String outcome(HookOutcome outcome) {
        return outcome == HookOutcome.LATE_OK ? "ok" : outcome.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void onShutdownFinished(ShutdownEvent.Finished event) {
        ShutdownReport report = event.report();
        Span whole = shutdown;
        if (whole == null) {
            return;
        }
        if (!report.drained().isZero()) {
            phase("shutdown drain", begun).startSpan().end(begun.plus(report.drained()));
        }
        if (!report.clean()) {
            whole.setStatus(StatusCode.ERROR);
        }
        whole.end();
        shutdown = null;
    }

    private SpanBuilder phase(String name, Instant start) {
        Span whole = shutdown;
        SpanBuilder phase = telemetry.tracer().spanBuilder(name).setStartTimestamp(start);
        return whole == null
                ? phase.setNoParent()
                : phase.setParent(Context.root().with(whole));
    }

    /** By the clock that an SDK reads for every other end of a span, also in tests with a clock of their own. */
    private static Instant now() {
        return Instant.ofEpochMilli(KernelClock.system().wallMillis());
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
