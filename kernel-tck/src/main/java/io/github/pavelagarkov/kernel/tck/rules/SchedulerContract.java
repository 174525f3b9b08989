package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.job.StopReport;
import io.github.pavelagarkov.kernel.tck.ContractRules;
import io.github.pavelagarkov.kernel.tck.RecordedEvents;
import io.github.pavelagarkov.kernel.tck.TckNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the rules of schedulers have in common: a scheduler, what it told, and tasks that are hard to end.
 *
 * <p>A test that is not about the first point says its initial delay, and one that is not about stop modes leaves nothing
 * behind that has to be interrupted: so a defect shows in the tests of its own rule.
 */
@SuppressWarnings("NullAway.Init") // set before each test
abstract class SchedulerContract extends ContractRules {
    static final JobTask NOTHING = context -> {};

    final RecordedEvents events = new RecordedEvents();
    /** When tasks of {@link #note} began, since the test began. */
    final List<Duration> starts = new CopyOnWriteArrayList<>();

    private final CountDownLatch released = new CountDownLatch(1);
    JobScheduler scheduler;

    @BeforeEach
    void openScheduler() {
        scheduler = open(spec());
    }

    /** {@return the defaults, but every wake-up at its own point} */
    static SchedulerSpec spec() {
        return SchedulerSpec.of("jobs").withResolution(Duration.ZERO);
    }

    final JobScheduler open(SchedulerSpec spec, ContextCarrier... carriers) {
        return open(spec, time().threads(), carriers);
    }

    final JobScheduler open(SchedulerSpec spec, ThreadFactory threads, ContextCarrier... carriers) {
        TckNode node = new TckNode("a", time().clock(), threads, events);
        JobScheduler opened = closing(required(fixture().scheduler(spec, List.of(carriers), node), "JobScheduler"));
        // Closed before the scheduler is: what waits for the end of the test ends by itself.
        closing(released::countDown);
        return opened;
    }

    final Duration ticks(long count) {
        return time().ticks(count);
    }

    final void until(String what, BooleanSupplier condition) {
        time().until(what, ticks(100), condition);
    }

    static JobSpec.Builder job(String name, JobTask task) {
        return JobSpec.named(name).task(task);
    }

    /** {@return a job with a point at every tick, the first one tick after the start} */
    final JobSpec.Builder ticking(String name, JobTask task) {
        return job(name, task).every(ticks(1)).initialDelay(ticks(1));
    }

    final JobHandle register(JobSpec.Builder job) {
        return scheduler.register(job.build());
    }

    /** {@return a task that writes down when it begins} */
    final JobTask note() {
        return context -> starts.add(time().now());
    }

    /** {@return a task that blocks until {@link #release}, an interrupt or the end of the test} */
    final JobTask blocks() {
        return context -> released.await();
    }

    /** {@return a task that goes on until {@link #release} or the end of the test, whatever it is told} */
    final JobTask deaf() {
        return context -> {
            boolean interrupted = false;
            while (released.getCount() > 0) {
                try {
                    released.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Ends all tasks that block. */
    final void release() {
        released.countDown();
        time().pass(Duration.ZERO);
    }

    /** Starts the scheduler, and tells when. */
    final Duration begin() {
        Duration began = time().now();
        scheduler.start();
        time().pass(Duration.ZERO);
        return began;
    }

    final CompletableFuture<StopReport> stopping(Duration maxWait) {
        return time().start(() -> scheduler.stop(maxWait));
    }

    final StopReport stopped(Duration maxWait) {
        return ended("stop(" + maxWait + ")", maxWait, stopping(maxWait));
    }

    /** {@return what a call returned, which may take far longer than it should} */
    final <T> T ended(String call, Duration expected, CompletableFuture<T> outcome) {
        time().until(call + " returns", expected.multipliedBy(5).plus(ticks(1)), outcome::isDone);
        return outcome.join();
    }

    final Instant wall() {
        return Instant.ofEpochMilli(time().clock().wallMillis());
    }

    /** {@return what was told about the ends of a job's runs, in order} */
    final List<RunResult> told(String job) {
        return events.of(JobEvent.Finished.class).stream()
                .map(JobEvent.Finished::result)
                .filter(result -> result.job().equals(job))
                .toList();
    }

    /** Checks that nothing was early, and in virtual time that it was in time. */
    final void assertPoint(String what, Duration actual, Duration expected) {
        if (time().exact()) {
            assertThat(actual).as(what).isEqualTo(expected);
        } else {
            assertThat(actual).as(what + " (early)").isGreaterThanOrEqualTo(expected);
        }
    }
}
