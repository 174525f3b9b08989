package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.event.ShutdownEvent;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.ShutdownPlan.PlannedHook;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
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
    private final Object lock = new Object();
    /** INVARIANT: guarded by lock, with all that is below. */
    private final Map<String, Deque<KernelStatus.Term>> terms = new HashMap<>();

    private final Map<String, HookResult> hooks = new HashMap<>();
    private List<PlannedHook> begun = List.of();
    private final Map<String, KernelStatus.Trouble> troubles = new HashMap<>();
    private final Map<String, Long> reconnects = new HashMap<>();

    StatusHistory(KernelClock clock) {
        this.clock = clock;
    }

    // ---- terms

    @Override
    public void onLeadershipAcquired(LeaderEvent.Acquired event) {
        synchronized (lock) {
            add(
                    event.term().election(),
                    new KernelStatus.Term(
                            event.term().identity(),
                            true,
                            Optional.of(Long.toString(event.term().fencingToken())),
                            event.term().since(),
                            Optional.empty(),
                            Optional.empty()));
        }
    }

    @Override
    public void onLeadershipLost(LeaderEvent.Lost event) {
        synchronized (lock) {
            Deque<KernelStatus.Term> last = terms.getOrDefault(event.term().election(), new ArrayDeque<>());
            KernelStatus.Term term = last.pollLast();
            if (term != null) {
                last.addLast(new KernelStatus.Term(
                        term.leader(),
                        term.here(),
                        term.fencingToken(),
                        term.since(),
                        Optional.of(event.term().since().plus(event.held())),
                        Optional.of(event.reason().toString())));
            }
        }
    }

    /** Notes that another process was seen leading. Whatever led between two looks stays unknown. */
    void seen(String election, LeaderInfo leader, Instant at) {
        Optional<String> token = leader.fencingToken().isPresent()
                ? Optional.of(Long.toString(leader.fencingToken().getAsLong()))
                : Optional.empty();
        synchronized (lock) {
            Deque<KernelStatus.Term> all = terms.getOrDefault(election, new ArrayDeque<>());
            KernelStatus.Term last = all.peekLast();
            if (last != null && last.here() && last.until().isEmpty()) {
                // An answer from before the own term.
                return;
            }
            boolean goesOn = last != null
                    && !last.here()
                    && last.leader().equals(leader.identity())
                    && last.fencingToken().equals(token);
            Instant since = goesOn ? last.since() : at;
            if (goesOn) {
                all.removeLast();
            }
            add(
                    election,
                    new KernelStatus.Term(leader.identity(), false, token, since, Optional.of(at), Optional.empty()));
        }
    }

    private void add(String election, KernelStatus.Term term) {
        if (terms.size() >= StatusReader.MOST && !terms.containsKey(election)) {
            return;
        }
        Deque<KernelStatus.Term> all = terms.computeIfAbsent(election, name -> new ArrayDeque<>());
        all.addLast(term);
        if (all.size() > TERMS) {
            all.removeFirst();
        }
    }

    List<KernelStatus.Term> terms(String election) {
        synchronized (lock) {
            return List.copyOf(terms.getOrDefault(election, new ArrayDeque<>()));
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
