package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.CancellationToken;
import io.github.pavelagarkov.kernel.job.Fire;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Does what the real one does, unless told otherwise. */
class ForwardingContext implements JobContext {
    private final JobContext real;

    ForwardingContext(JobContext real) {
        this.real = real;
    }

    @Override
    public String jobName() {
        return real.jobName();
    }

    @Override
    public long runId() {
        return real.runId();
    }

    @Override
    public String correlationId() {
        return real.correlationId();
    }

    @Override
    public Fire fire() {
        return real.fire();
    }

    @Override
    public Instant scheduledTime() {
        return real.scheduledTime();
    }

    @Override
    public Optional<Duration> remaining() {
        return real.remaining();
    }

    @Override
    public CancellationToken cancellation() {
        return real.cancellation();
    }

    @Override
    public boolean stopRequested() {
        return real.stopRequested();
    }

    @Override
    public Optional<Term> term() {
        return real.term();
    }
}
