package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.core.KernelCheck.Result;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPool;
import io.github.pavelagarkov.kernel.core.redis.RedisConnection;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.pool.PoolPing;
import io.github.pavelagarkov.kernel.pool.PoolStats;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What the parts of a kernel say when an operator asks how they are. */
final class Checks {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private Checks() {}

    /** {@return a check that turns what is thrown into a result} */
    static KernelCheck of(String name, Supplier<Result> answer) {
        return new Named(name, answer);
    }

    private record Named(String name, Supplier<Result> answer) implements KernelCheck {
        @Override
        public Result run() {
            try {
                return answer.get();
            } catch (RuntimeException e) {
                return unhealthy("cannot be asked: " + Check.printable(String.valueOf(e.getMessage())), Map.of());
            }
        }
    }

    static Result healthy(String message, Map<String, String> details) {
        return new Result(true, message, details);
    }

    static Result unhealthy(String message, Map<String, String> details) {
        return new Result(false, message, details);
    }

    static Result readiness(ReadinessBarrier barrier) {
        ReadinessSnapshot now = barrier.snapshot();
        Map<String, String> details = new TreeMap<>();
        now.components().forEach((name, status) -> details.put(name, status.ready() ? "ready" : status.reason()));
        return now.ready() ? healthy("ready since " + now.since(), details) : unhealthy(now.reason(), details);
    }

    /** A follower is as well as a leader; only who cannot find out which of the two it is needs help. */
    static Result election(Elections elections, String name) {
        LeadershipStatus status =
                elections.election(name).map(election -> election.status()).orElseGet(LeadershipStatus.Stopped::new);
        if (status instanceof LeadershipStatus.Leader leader) {
            Term term = leader.term();
            Map<String, String> details = new TreeMap<>();
            details.put("fencing-token", Long.toString(term.fencingToken()));
            leader.trouble().ifPresent(trouble -> details.put("last-renewal", String.valueOf(trouble.getMessage())));
            return healthy("leads", details);
        }
        if (status instanceof LeadershipStatus.Unknown unknown) {
            return unhealthy("cannot reach its store: " + unknown.cause().getMessage(), Map.of());
        }
        return healthy(status instanceof LeadershipStatus.Follower ? "follows" : "is not joined", Map.of());
    }

    /**
     * One bad run is in the log and in the message; a job is unhealthy once it is bad for a while, or cannot go on.
     *
     * @param trouble what keeps it from going on
     */
    static Result job(JobHandle job, Optional<String> trouble) {
        JobRuns runs = JobRuns.of(job);
        Map<String, String> details = runs.details();
        job.nextFireTime().ifPresent(next -> details.put("next", next.toString()));
        details.put("running", Integer.toString(job.stats().running()));
        if (job.isPaused()) {
            details.put("paused", "true");
        }
        if (trouble.isPresent()) {
            return unhealthy(trouble.get() + "; " + runs.text(), details);
        }
        return runs.badForAWhile() ? unhealthy(runs.text(), details) : healthy(runs.text(), details);
    }

    static Result postgres(PostgresPool pool) {
        return pool(pool.stats(), pool.ping(PATIENCE));
    }

    static Result clickHouse(ClickHousePool pool) {
        return pool(Optional.of(pool.stats()), pool.ping(PATIENCE));
    }

    private static Result pool(Optional<PoolStats> now, PoolPing ping) {
        Map<String, String> details = new TreeMap<>();
        now.ifPresent(stats -> details.put("connections", stats.toString()));
        return ping.trouble()
                .map(why -> unhealthy("does not answer: " + why, details))
                .orElseGet(() -> healthy("answers", details));
    }

    static Result redis(RedisConnection redis, KernelClock clock) {
        return answer(clock, redis.ping().thenApply(pong -> true));
    }

    /** Any store knows who holds a lease; this one nobody competes for. */
    static Result leases(LeaseStore store, KernelClock clock) {
        return answer(clock, store.holder(LeaseKey.election("kernel-check")).thenApply(holder -> true));
    }

    private static Result answer(KernelClock clock, CompletionStage<Boolean> question) {
        try {
            return Waits.most(clock, PATIENCE, question)
                    .map(answered -> healthy("answers", Map.of()))
                    .orElseGet(() -> unhealthy("has not answered within " + PATIENCE, Map.of()));
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return unhealthy("does not answer: " + Check.printable(String.valueOf(cause.getMessage())), Map.of());
        }
    }
}
