package io.github.pavelagarkov.kernel.benchmarks;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.job.HeapJobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Something that runs jobs on a fixed grid, spread evenly over the period. */
interface TickSource {
    /** What runs until it is closed. */
    interface Running extends AutoCloseable {
        @Override
        void close();
    }

    String name();

    Running start(int jobs, Duration period, Lateness lateness);

    /** {@return the time from the origin of the grid to the first point of a job} */
    static long first(int job, int jobs, Duration period) {
        return TimeUnit.MILLISECONDS.toNanos(50) + period.toNanos() * job / jobs;
    }

    /** {@return the JDK's, on one thread, which also runs the jobs} */
    static TickSource pool() {
        return new Pool();
    }

    /** {@return ours, with limit, overlap check and deadline} */
    static TickSource kernel(Duration resolution) {
        return new Kernel(resolution);
    }

    /** ScheduledThreadPoolExecutor with one thread. */
    record Pool() implements TickSource {
        @Override
        public String name() {
            return "STPE(1)";
        }

        @Override
        public Running start(int jobs, Duration period, Lateness lateness) {
            ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(1);
            long origin = System.nanoTime();
            for (int i = 0; i < jobs; i++) {
                long first = first(i, jobs, period);
                Lateness.Job job = lateness.new Job(first, period.toNanos());
                long delay = origin + first - System.nanoTime();
                var unused =
                        pool.scheduleAtFixedRate(() -> job.run(origin), delay, period.toNanos(), TimeUnit.NANOSECONDS);
            }
            return pool::shutdownNow;
        }
    }

    /** HeapJobScheduler. */
    record Kernel(Duration resolution) implements TickSource {
        private static final int LIMIT = 1_000;
        private static final Duration DEADLINE = Duration.ofSeconds(1);

        @Override
        public String name() {
            return "kernel " + resolution.toMillis() + " ms";
        }

        @Override
        public Running start(int jobs, Duration period, Lateness lateness) {
            OriginClock clock = new OriginClock();
            HeapJobScheduler scheduler = HeapJobScheduler.create(
                    SchedulerSpec.of("bench").withLimit(LIMIT).withResolution(resolution),
                    clock,
                    KernelThreads.system(),
                    List.of(),
                    Events.none());
            for (int i = 0; i < jobs; i++) {
                long first = first(i, jobs, period);
                Lateness.Job job = lateness.new Job(first, period.toNanos());
                var unused = scheduler.register(JobSpec.named("job-" + i)
                        .task(context -> job.run(clock.origin))
                        .every(period)
                        .initialDelay(Duration.ofNanos(first))
                        .deadline(DEADLINE)
                        .build());
            }
            clock.armed = true;
            scheduler.start();
            return scheduler::close;
        }
    }

    /** The machine's clock; keeps the reading that a scheduler takes when it starts, from which its grids begin. */
    final class OriginClock implements KernelClock {
        private boolean armed;
        private long origin;

        @Override
        public long nanoTime() {
            long now = System.nanoTime();
            if (armed) {
                armed = false;
                origin = now;
            }
            return now;
        }

        @Override
        public long wallMillis() {
            return KernelClock.system().wallMillis();
        }

        @Override
        public void park(long untilNanos) throws InterruptedException {
            KernelClock.system().park(untilNanos);
        }

        @Override
        public void unpark(Thread thread) {
            KernelClock.system().unpark(thread);
        }
    }
}
