package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A scheduler in virtual time, and what it told. */
final class Fixture implements AutoCloseable {
    final TestClock clock;
    final List<KernelEvent> events = new CopyOnWriteArrayList<>();
    final JobScheduler scheduler;
    private final CountDownLatch release = new CountDownLatch(1);

    Fixture() {
        this(new TestClock(), spec());
    }

    Fixture(TestClock clock, SchedulerSpec spec, ContextCarrier... carriers) {
        this(clock, spec, KernelThreads.of(clock.threads()), carriers);
    }

    Fixture(TestClock clock, SchedulerSpec spec, KernelThreads threads, ContextCarrier... carriers) {
        this.clock = clock;
        scheduler = HeapJobScheduler.create(spec, clock, threads, List.of(carriers), event -> events.add(event.get()));
    }

    static SchedulerSpec spec() {
        return SchedulerSpec.of("jobs").withResolution(Duration.ZERO);
    }

    static JobSpec.Builder job(String name, JobTask task) {
        return JobSpec.named(name).task(task);
    }

    static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    void advanceSeconds(long seconds) {
        clock.advance(seconds(seconds));
    }

    /** {@return a task that goes on until the test ends, whatever it is told} */
    JobTask deaf() {
        return context -> {
            boolean interrupted = false;
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Lets all deaf tasks end. */
    void release() {
        release.countDown();
        clock.settle();
    }

    <T extends JobEvent> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** {@return a thread of the test that the clock waits for} */
    Thread start(Runnable task) {
        Thread thread = clock.threads().newThread(task);
        thread.start();
        clock.settle();
        return thread;
    }

    @Override
    public void close() {
        release.countDown();
        Thread closer = start(scheduler::close);
        clock.advance(seconds(11));
        try {
            closer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
