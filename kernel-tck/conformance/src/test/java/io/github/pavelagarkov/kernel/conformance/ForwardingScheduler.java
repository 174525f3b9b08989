package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.StopReport;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Does what the real one does, unless told otherwise. */
class ForwardingScheduler implements JobScheduler {
    private final JobScheduler real;

    ForwardingScheduler(JobScheduler real) {
        this.real = real;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public State state() {
        return real.state();
    }

    @Override
    public JobHandle register(JobSpec spec) {
        return real.register(spec);
    }

    @Override
    public boolean unregister(String job, Duration maxWait) {
        return real.unregister(job, maxWait);
    }

    @Override
    public Optional<JobHandle> job(String name) {
        return real.job(name);
    }

    @Override
    public List<JobHandle> jobs() {
        return real.jobs();
    }

    @Override
    public void start() {
        real.start();
    }

    @Override
    public void start(LeaderScope scope) {
        real.start(scope);
    }

    @Override
    public StopReport stop(Duration maxWait) {
        return real.stop(maxWait);
    }

    @Override
    public StopReport stop(Duration maxWait, CancelReason reason) {
        return real.stop(maxWait, reason);
    }

    @Override
    public boolean awaitIdle(Duration atMost) throws InterruptedException {
        return real.awaitIdle(atMost);
    }

    @Override
    public void close() {
        real.close();
    }
}
