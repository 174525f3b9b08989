package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.event.ShutdownEvent;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.ShutdownPlan.PlannedHook;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What has happened and no part remembers: terms, hooks that have run, failures of pools. Keeps the last terms of each
 * election, of 500 elections at most, and the last trouble of each pool. Thread-safe.
 */
final class StatusHistory implements KernelListener {
    /** As many as a timeline can show. */
    private static final int TERMS = 20;

    private final KernelClock clock;
    private final String identity;
    private final Object lock = new Object();
    /** INVARIANT: guarded by lock, with all that is below. */
    private final Map<String, List<KernelStatus.Term>> terms = new HashMap<>();

    private final Map<String, HookResult> hooks = new HashMap<>();
    private List<PlannedHook> begun = List.of();
    private final Map<String, KernelStatus.Trouble> troubles = new HashMap<>();
    private final Map<String, Long> reconnects = new HashMap<>();

    /**
     * Creates an empty one.
     *
     * @param identity how its peers know this process
     */
    StatusHistory(KernelClock clock, String identity) {
        this.clock = clock;
        this.identity = identity;
    }

    // ---- terms

    /** {@return whether it is this process that a store names} */
    boolean isOwn(LeaderInfo leader) {
        return leader.identity().equals(identity);
    }

    @Override
    public void onLeadershipAcquired(LeaderEvent.Acquired event) {
        Term term = event.term();
        synchronized (lock) {
            add(
                    term.election(),
                    new KernelStatus.Term(
                            term.identity(),
                            true,
                            Optional.of(Long.toString(term.fencingToken())),
                            term.since(),
                            Optional.empty(),
                            Optional.empty()));
        }
    }

    @Override
    public void onLeadershipLost(LeaderEvent.Lost event) {
        Optional<String> token = Optional.of(Long.toString(event.term().fencingToken()));
        Optional<Instant> until = Optional.of(event.term().since().plus(event.held()));
        Optional<String> end = Optional.of(event.reason().toString());
        synchronized (lock) {
            // The last term may be another one by now: events come late (EV-1).
            terms.getOrDefault(event.term().election(), new ArrayList<>())
                    .replaceAll(term -> term.here()
                                    && term.end().isEmpty()
                                    && term.fencingToken().equals(token)
                            ? ended(term, until, end)
                            : term);
        }
    }

    /** Notes that another process was seen leading. Whatever led between two looks stays unknown. */
    void seen(String election, LeaderInfo leader, Instant at) {
        if (isOwn(leader)) {
            // The own lease, before the event of its term or after that.
            return;
        }
        Optional<String> token = leader.fencingToken().isPresent()
                ? Optional.of(Long.toString(leader.fencingToken().getAsLong()))
                : Optional.empty();
        synchronized (lock) {
            List<KernelStatus.Term> all = terms.getOrDefault(election, new ArrayList<>());
            KernelStatus.Term last = all.isEmpty() ? null : all.get(all.size() - 1);
            if (last != null && last.here() && last.until().isEmpty()) {
                if (!isNewer(leader, last)) {
                    // An answer from before the own term.
                    return;
                }
                // That it is over is known before the event says why.
                all.set(all.size() - 1, ended(last, Optional.of(at), Optional.empty()));
            }
            Instant since = at;
            if (last != null
                    && !last.here()
                    && last.leader().equals(leader.identity())
                    && last.fencingToken().equals(token)) {
                since = last.since();
                all.remove(all.size() - 1);
            }
            add(
                    election,
                    new KernelStatus.Term(leader.identity(), false, token, since, Optional.of(at), Optional.empty()));
        }
    }

    private static boolean isNewer(LeaderInfo leader, KernelStatus.Term own) {
        return leader.fencingToken().isPresent()
                && leader.fencingToken().getAsLong()
                        > own.fencingToken().map(Long::parseLong).orElse(Long.MAX_VALUE);
    }

    private static KernelStatus.Term ended(KernelStatus.Term term, Optional<Instant> until, Optional<String> end) {
        return new KernelStatus.Term(term.leader(), term.here(), term.fencingToken(), term.since(), until, end);
    }

    private void add(String election, KernelStatus.Term term) {
        if (terms.size() >= StatusReader.MOST && !terms.containsKey(election)) {
            return;
        }
        List<KernelStatus.Term> all = terms.computeIfAbsent(election, name -> new ArrayList<>());
        all.add(term);
        if (all.size() > TERMS) {
            all.remove(0);
        }
    }

    List<KernelStatus.Term> terms(String election) {
        synchronized (lock) {
            return List.copyOf(terms.getOrDefault(election, List.of()));
        }
    }

    // ---- hooks

    @Override
    public void onShutdownStarted(ShutdownEvent.Started event) {
        synchronized (lock) {
            begun = event.plan().hooks();
        }
    }

    /** {@return what was to run when the stop began; empty before that} */
    List<PlannedHook> begun() {
        synchronized (lock) {
            return begun;
        }
    }

    @Override
    public void onHookFinished(ShutdownEvent.HookFinished event) {
        synchronized (lock) {
            hooks.put(event.result().name(), event.result());
        }
    }

    /** {@return all that have ended} */
    List<HookResult> hooks() {
        synchronized (lock) {
            return List.copyOf(hooks.values());
        }
    }

    // ---- pools

    @Override
    public void onClickHouseAttemptFailed(ClickHouseEvent.AttemptFailed event) {
        Verdict verdict = event.verdict();
        trouble(event.pool(), verdict.codeName(), verdict.code(), Optional.of(StatusReader.word(verdict.action())));
    }

    @Override
    public void onClickHouseReconnectFailed(ClickHouseEvent.ReconnectFailed event) {
        trouble(
                event.pool(),
                "not reconnected: "
                        + Check.printable(String.valueOf(event.cause().getMessage())),
                OptionalInt.empty(),
                Optional.empty());
    }

    @Override
    public void onClickHouseReconnected(ClickHouseEvent.Reconnected event) {
        synchronized (lock) {
            reconnects.merge(event.pool(), 1L, Long::sum);
        }
    }

    private void trouble(String pool, String what, OptionalInt code, Optional<String> action) {
        synchronized (lock) {
            troubles.put(
                    pool,
                    new KernelStatus.Trouble(
                            Instant.ofEpochMilli(clock.wallMillis()),
                            what.isEmpty() ? "no answer" : what,
                            code,
                            action));
        }
    }

    Optional<KernelStatus.Trouble> trouble(String pool) {
        synchronized (lock) {
            return Optional.ofNullable(troubles.get(pool));
        }
    }

    long reconnects(String pool) {
        synchronized (lock) {
            return reconnects.getOrDefault(pool, 0L);
        }
    }
}
