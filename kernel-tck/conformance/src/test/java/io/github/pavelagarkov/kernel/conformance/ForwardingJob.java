package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobStats;
import io.github.pavelagarkov.kernel.job.RunResult;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Does what the real one does, unless told otherwise. */
class ForwardingJob implements JobHandle {
    private final JobHandle real;

    ForwardingJob(JobHandle real) {
        this.real = real;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public JobSpec spec() {
        return real.spec();
    }

    @Override
    public boolean isPaused() {
        return real.isPaused();
    }

    @Override
    public Optional<Instant> nextFireTime() {
        return real.nextFireTime();
    }

    @Override
    public Optional<RunResult> lastRun() {
        return real.lastRun();
    }

    @Override
    public List<RunResult> history() {
        return real.history();
    }

    @Override
    public JobStats stats() {
        return real.stats();
    }

    @Override
    public CompletionStage<RunResult> runNow() {
        return real.runNow();
    }

    @Override
    public void pause() {
        real.pause();
    }

    @Override
    public void resume() {
        real.resume();
    }

    @Override
    public int cancelRunning() {
        return real.cancelRunning();
    }
}
