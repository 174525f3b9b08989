package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.KernelCheck.Result;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPool;
import io.github.pavelagarkov.kernel.core.redis.RedisConnection;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** What the parts of a kernel say when an operator asks how they are. */
final class Checks {
    private static final Set<Outcome> BAD =
            EnumSet.of(Outcome.FAILED, Outcome.TIMED_OUT, Outcome.REJECTED, Outcome.ABANDONED);

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

    static Result job(JobHandle job) {
        Map<String, String> details = new TreeMap<>();
        job.nextFireTime().ifPresent(next -> details.put("next", next.toString()));
        details.put("running", Integer.toString(job.stats().running()));
        if (job.isPaused()) {
            details.put("paused", "true");
        }
        Optional<RunResult> last = job.lastRun();
        last.ifPresent(run -> {
            details.put("last", run.scheduled().toString());
            details.put("last-outcome", run.outcome().toString());
            details.put("last-correlation-id", run.correlationId());
        });
        return last.filter(run -> BAD.contains(run.outcome()))
                .map(run -> unhealthy(
                        "last run " + run.outcome()
                                + run.error().map(error -> ": " + error).orElse(""),
                        details))
                .orElseGet(() ->
                        healthy(last.map(run -> "last run " + run.outcome()).orElse("has not run yet"), details));
    }

    static Result postgres(PostgresPool pool) {
        Map<String, String> details = new TreeMap<>();
        pool.stats().ifPresent(stats -> details.put("connections", stats.toString()));
        return pool.ping(PATIENCE)
                .trouble()
                .map(why -> unhealthy("does not answer: " + why, details))
                .orElseGet(() -> healthy("answers", details));
    }

    static Result redis(RedisConnection redis) {
        try {
            redis.ping().toCompletableFuture().join();
            return healthy("answers", Map.of());
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return unhealthy("does not answer: " + cause.getMessage(), Map.of());
        }
    }
}
