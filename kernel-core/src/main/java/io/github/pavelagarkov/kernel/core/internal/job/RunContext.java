package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.CancellationToken;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.job.Fire;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a task sees of its run: not the run itself, which could be cast to something that runs it again. */
record RunContext(Run run) implements JobContext {
    @Override
    public String jobName() {
        return run.job.spec.name();
    }

    @Override
    public long runId() {
        return run.id;
    }

    @Override
    public String correlationId() {
        return run.correlationId();
    }

    @Override
    public Fire fire() {
        return run.fire;
    }

    @Override
    public Instant scheduledTime() {
        return Results.instant(run.scheduledEpochNanos);
    }

    @Override
    public Optional<Duration> remaining() {
        return run.job
                .spec
                .deadline()
                .map(limit -> Deadlines.left(run.job.engine.clock, run.startedNanos() + Deadlines.nanos(limit)));
    }

    @Override
    public CancellationToken cancellation() {
        return run.token();
    }

    @Override
    public boolean stopRequested() {
        return run.generation.stopping || run.job.removed;
    }

    @Override
    public Optional<Term> term() {
        LeaderScope scope = run.generation.scope;
        return scope == null ? Optional.empty() : Optional.of(scope.term());
    }

    @Override
    public String toString() {
        return "run " + run.id + " of job '" + jobName() + "'";
    }
}
