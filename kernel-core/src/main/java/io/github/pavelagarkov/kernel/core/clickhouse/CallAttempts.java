package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.clickhouse.CallSpec;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseCallException;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseWork;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
import java.sql.SQLException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One call: its attempts, the pauses between them, its end. Used by one thread, once. */
final class CallAttempts<T> {
    private final String subject;
    private final String pool;
    private final BorrowedCalls calls;
    private final PoolParts parts;
    private final CallSpec spec;
    private final ClickHouseWork<T> work;
    private final long from;
    private final long until;
    private final List<SQLException> failures = new ArrayList<>();
    private boolean triedOnceMore;

    CallAttempts(
            ClickHouseSubject subject, BorrowedCalls calls, PoolParts parts, CallSpec spec, ClickHouseWork<T> work) {
        this.subject = subject.text();
        this.pool = subject.name();
        this.calls = calls;
        this.parts = parts;
        this.spec = spec;
        this.work = work;
        this.from = parts.clock().nanoTime();
        this.until = from + Deadlines.nanos(spec.deadline());
    }

    T run() {
        while (true) {
            try {
                return calls.attempt(work, until);
            } catch (FailedAttempt failed) {
                failures.add(failed.failure());
                Verdict verdict = failed.verdict();
                Optional<String> end = end(verdict);
                Duration pause = end.isPresent() ? Duration.ZERO : pause(verdict);
                if (end.isEmpty() && !fits(pause)) {
                    end = Optional.of("the next attempt would be later than its deadline");
                }
                boolean last = end.isPresent();
                int attempt = failures.size();
                parts.events()
                        .accept(() -> new ClickHouseEvent.AttemptFailed(
                                pool, attempt, verdict, last ? Optional.empty() : Optional.of(pause)));
                if (last || !rest(pause)) {
                    throw exception(verdict, end.orElse("interrupted before the next attempt"));
                }
            }
        }
    }

    /** {@return why there must be no other attempt; empty if there may be} */
    private Optional<String> end(Verdict verdict) {
        if (verdict.action() == Action.GIVE_UP) {
            return Optional.of("trying again would not help");
        }
        if (verdict.action() == Action.SHRINK) {
            return Optional.of("try it with less");
        }
        if (!spec.allows(verdict)) {
            return Optional.of("it may have been applied and is not declared idempotent");
        }
        if (failures.size() >= spec.attempts()) {
            return Optional.of("no attempts are left");
        }
        if (verdict.action() == Action.RETRY_ONCE && triedOnceMore) {
            return Optional.of("one more attempt has not helped");
        }
        triedOnceMore |= verdict.action() == Action.RETRY_ONCE;
        return Optional.empty();
    }

    /** Doubled for every failure up to the cap, then by chance, so that callers part ways; never sooner than the verdict says. */
    private Duration pause(Verdict verdict) {
        long cap = Deadlines.nanos(verdict.cap());
        long whole = Deadlines.nanos(verdict.delay());
        for (int i = 1; i < failures.size() && whole < cap; i++) {
            whole *= 2;
        }
        whole = Math.min(whole, cap);
        long delay = Deadlines.nanos(verdict.delay());
        long least = Math.max(delay, whole / 2);
        long most = Math.max(whole, Math.min(cap, delay + delay / 2));
        return Duration.ofNanos(least + (most == least ? 0 : parts.random().applyAsLong(most - least)));
    }

    private boolean fits(Duration pause) {
        return parts.clock().nanoTime() + pause.toNanos() - until < 0;
    }

    /** {@return whether the pause was not interrupted} */
    private boolean rest(Duration pause) {
        try {
            var unused = new ClockGate(parts.clock()).await(() -> false, Deadlines.after(parts.clock(), pause));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private ClickHouseCallException exception(Verdict verdict, String end) {
        SQLException last = failures.get(failures.size() - 1);
        Duration took = Duration.ofNanos(parts.clock().nanoTime() - from);
        String code =
                verdict.code().isPresent() ? " (" + verdict.code().getAsInt() + " " + verdict.codeName() + ")" : "";
        ClickHouseCallException failed = new ClickHouseCallException(
                subject + " failed a " + word() + " in attempt " + failures.size() + " of " + spec.attempts()
                        + " after "
                        + took.truncatedTo(ChronoUnit.MILLIS) + ": " + verdict.reason() + code
                        + "; " + end + applied(verdict),
                last,
                verdict,
                failures.size());
        failures.subList(0, failures.size() - 1).forEach(failed::addSuppressed);
        return failed;
    }

    private String word() {
        return spec.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private String applied(Verdict verdict) {
        if (spec.kind() == CallSpec.Kind.READ) {
            return "";
        }
        return switch (verdict.applied()) {
            case NO -> "; it has not been applied";
            case PARTIAL -> "; a part of it may have been applied";
            case UNKNOWN -> "; it may have been applied";
            case YES -> "; it has been applied";
        };
    }
}
