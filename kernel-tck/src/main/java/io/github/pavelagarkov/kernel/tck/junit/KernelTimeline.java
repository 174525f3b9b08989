package io.github.pavelagarkov.kernel.tck.junit;

import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a kernel does, with its time: a listener for its events, and a carrier around its runs. Thread-safe.
 *
 * <p>Runs and terms stand in the order in which they came about. Other events reach a listener a moment later, so among all
 * that happened at one instant they stand last.
 */
public final class KernelTimeline implements KernelListener, ContextCarrier {
    private final TestClock clock;
    private final TimeTexts times;

    private final Object lock = new Object();
    /** How many things have happened. INVARIANT: guarded by lock, as all below. */
    private long count;

    private final List<Call> calls = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();
    private final Map<RunKey, RunResult> results = new HashMap<>();

    /** What makes a run one and no other: the number alone is unique in its scheduler only. */
    private record RunKey(String job, String runId, String correlationId) {}

    /** The call of a task. */
    private static final class Call {
        final RunKey key;
        final Instant began;
        final long beganAs;

        @Nullable
        Instant ended;

        long endedAs = Long.MAX_VALUE;

        Call(RunKey key, Instant began, long beganAs) {
            this.key = key;
            this.began = began;
            this.beganAs = beganAs;
        }
    }

    /**
     * An event.
     *
     * @param at when it was told
     * @param as the how-manieth thing it was
     * @param atOnce whether it was told in the moment it happened
     * @param event what happened
     */
    record Told(Instant at, long as, boolean atOnce, KernelEvent event) {}

    KernelTimeline(TestClock clock, ZonedDateTime begin) {
        this.clock = clock;
        this.times = new TimeTexts(begin);
    }

    TimeTexts times() {
        return times;
    }

    // ---- what is kept

    @Override
    public void onEvent(KernelEvent event) {
        keep(event, false);
    }

    /** {@return a listener for an elector that tells in the moment it happens} */
    KernelListener ofElector() {
        return new KernelListener() {
            @Override
            public void onEvent(KernelEvent event) {
                keep(event, true);
            }
        };
    }

    private void keep(KernelEvent event, boolean atOnce) {
        synchronized (lock) {
            told.add(new Told(now(), count++, atOnce, event));
            if (event instanceof JobEvent.Finished finished) {
                results.put(key(finished.result()), finished.result());
            }
        }
    }

    private static RunKey key(RunResult result) {
        return new RunKey(result.job(), Long.toString(result.runId()), result.correlationId());
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.wallMillis());
    }

    @Override
    public Snapshot capture() {
        return this::begin;
    }

    @Override
    public Snapshot clean() {
        return this::begin;
    }

    private Scope begin(Map<String, String> fields) {
        RunKey key = new RunKey(
                fields.getOrDefault("job", ""),
                fields.getOrDefault("run_id", ""),
                fields.getOrDefault("correlation_id", ""));
        synchronized (lock) {
            Call call = new Call(key, now(), count++);
            calls.add(call);
            return () -> end(call);
        }
    }

    private void end(Call call) {
        synchronized (lock) {
            call.ended = now();
            call.endedAs = count++;
        }
    }

    // ---- what is asked

    /** {@return every event so far, in the order it was told} */
    public List<KernelEvent> events() {
        return told().stream().map(Told::event).toList();
    }

    List<Told> told() {
        synchronized (lock) {
            return List.copyOf(told);
        }
    }

    /** {@return the calls of all tasks, in the order of their begin} */
    List<RecordedRun> runs() {
        synchronized (lock) {
            return calls.stream().map(this::run).toList();
        }
    }

    private RecordedRun run(Call call) {
        return new RecordedRun(
                call.key.job(),
                call.began,
                call.beganAs,
                Optional.ofNullable(call.ended),
                call.endedAs,
                Optional.ofNullable(results.get(call.key)));
    }

    /** {@return the run that an event is about, if its task was never called} */
    Optional<RunResult> leftOut(KernelEvent event) {
        if (!(event instanceof JobEvent.Finished finished)) {
            return Optional.empty();
        }
        RunKey key = key(finished.result());
        synchronized (lock) {
            return calls.stream().anyMatch(call -> call.key.equals(key))
                    ? Optional.empty()
                    : Optional.of(finished.result());
        }
    }

    JobTimeline job(String name) {
        List<RunResult> leftOut = events().stream()
                .flatMap(event -> leftOut(event).stream())
                .filter(result -> result.job().equals(name))
                .toList();
        return new JobTimeline(
                name, "", runs().stream().filter(run -> run.job().equals(name)).toList(), leftOut, this);
    }

    ElectionTimeline election(String name) {
        return new ElectionTimeline(
                name, terms(name).stream().map(RecordedTerm::shown).toList(), times);
    }

    /** {@return the terms of an election, in order} */
    List<RecordedTerm> terms(String election) {
        Map<Long, RecordedTerm> terms = new LinkedHashMap<>();
        for (Told each : told()) {
            if (each.event() instanceof LeaderEvent.Acquired won
                    && won.term().election().equals(election)) {
                terms.put(
                        won.term().fencingToken(),
                        new RecordedTerm(
                                won.term(), each.at(), each.as(), Optional.empty(), Long.MAX_VALUE, Optional.empty()));
            } else if (each.event() instanceof LeaderEvent.Lost lost
                    && lost.term().election().equals(election)) {
                terms.computeIfPresent(
                        lost.term().fencingToken(),
                        (token, term) -> new RecordedTerm(
                                term.term(),
                                term.won(),
                                term.wonAs(),
                                Optional.of(each.at()),
                                each.as(),
                                Optional.of(lost.reason())));
            }
        }
        return List.copyOf(terms.values());
    }

    /** {@return what happened, one line each, as {@code 10:05 settle began}} */
    public List<String> lines() {
        return TimelineText.lines(this);
    }

    /** {@return its lines, the last ones if there are many} */
    @Override
    public String toString() {
        return TimelineText.block(lines());
    }
}
