package io.github.pavelagarkov.kernel.benchmarks;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.job.HeapJobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.Misfire;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What many jobs cost before they run, many at one instant, and after time stood still. */
final class SchedulerScale {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Duration FAR = Duration.ofHours(1);
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** How many of each. */
    record Size(int idleJobs, int burstJobs, int limit, int stalledJobs, int rounds) {
        static final Size FULL = new Size(100_000, 10_000, 64, 100, 7);
    }

    /** What came out. */
    record Result(
            Samples add,
            Samples addCpu,
            Samples register,
            Samples addToPool,
            Samples stop,
            double bytesPerJob,
            Samples burst,
            int mostAtOnce,
            int burstRuns,
            int catchUps) {}

    private SchedulerScale() {}

    static Result run(Size size) throws Exception {
        Samples add = new Samples("add " + size.idleJobs + " jobs");
        Samples addCpu = new Samples("the same, CPU of the thread");
        Samples register = new Samples("of it register()");
        Samples addToPool = new Samples("add as many to STPE");
        Samples stop = new Samples("stop with them, idle");
        Samples burst = new Samples("burst, all started");
        AtomicInteger mostAtOnce = new AtomicInteger();
        int burstRuns = 0;
        double bytes = bytesPerJob(size.idleJobs);
        for (int round = -2; round < size.rounds; round++) {
            // Warm-up first: the series are only kept from round 0 on.
            boolean kept = round >= 0;
            addAndStop(size.idleJobs, keep(kept, add), keep(kept, addCpu), keep(kept, register), keep(kept, stop));
            addToPool(size.idleJobs, keep(kept, addToPool));
            burstRuns = burst(size, keep(kept, burst), mostAtOnce);
        }
        return new Result(
                add,
                addCpu,
                register,
                addToPool,
                stop,
                bytes,
                burst,
                mostAtOnce.get(),
                burstRuns,
                catchUps(size.stalledJobs));
    }

    private static Samples keep(boolean kept, Samples samples) {
        return kept ? samples : new Samples("warm-up");
    }

    static void print(Size size, Result result) {
        System.out.println(result.add);
        System.out.println(result.addCpu);
        System.out.println(result.register);
        System.out.println(result.addToPool);
        System.out.println(result.stop);
        System.out.println(result.burst);
        System.out.printf(
                Locale.ROOT,
                "add least %.1f ms (target <= 100), stop least %.2f ms (target <= 5), %.0f B a job (target <= 300)%n",
                result.add.millis(0),
                result.stop.millis(0),
                result.bytesPerJob);
        System.out.printf(
                Locale.ROOT,
                "burst of %d: %d runs, %d at once at most (limit %d); after a stall %.2f runs a job (target 1)%n",
                size.burstJobs,
                result.burstRuns,
                result.mostAtOnce,
                size.limit,
                (double) result.catchUps / size.stalledJobs);
    }

    private static HeapJobScheduler scheduler(SchedulerSpec spec) {
        return HeapJobScheduler.create(spec, KernelClock.system(), KernelThreads.system(), List.of(), Events.none());
    }

    private static JobSpec[] specs(int jobs) {
        JobTask task = context -> {};
        JobSpec[] specs = new JobSpec[jobs];
        for (int i = 0; i < jobs; i++) {
            specs[i] = JobSpec.named("job-" + i)
                    .task(task)
                    .every(FAR)
                    .deadline(DEADLINE)
                    .build();
        }
        return specs;
    }

    private static void register(HeapJobScheduler scheduler, JobSpec[] specs) {
        for (JobSpec spec : specs) {
            var unused = scheduler.register(spec);
        }
    }

    private static void addAndStop(int jobs, Samples add, Samples addCpu, Samples register, Samples stop) {
        try (HeapJobScheduler scheduler = scheduler(SchedulerSpec.of("bench").withLimit(64))) {
            scheduler.start();
            System.gc();
            long start = System.nanoTime();
            long cpu = THREADS.getCurrentThreadCpuTime();
            JobSpec[] specs = specs(jobs);
            long built = System.nanoTime();
            register(scheduler, specs);
            long added = System.nanoTime();
            // What neighbours on the machine take is in the time, not in this.
            addCpu.add(THREADS.getCurrentThreadCpuTime() - cpu);
            var unused = scheduler.stop(Duration.ofSeconds(5));
            stop.add(System.nanoTime() - added);
            add.add(added - start);
            register.add(added - built);
        }
    }

    private static void addToPool(int jobs, Samples add) {
        ScheduledThreadPoolExecutor pool = new ScheduledThreadPoolExecutor(1);
        Runnable task = () -> {};
        System.gc();
        long start = System.nanoTime();
        for (int i = 0; i < jobs; i++) {
            var unused = pool.scheduleAtFixedRate(task, FAR.toNanos(), FAR.toNanos(), TimeUnit.NANOSECONDS);
        }
        add.add(System.nanoTime() - start);
        var unused = pool.shutdownNow();
    }

    /** Spec and all: nobody registers a job without one. */
    private static double bytesPerJob(int jobs) throws InterruptedException {
        addAndStop(
                jobs, new Samples("warm-up"), new Samples("warm-up"), new Samples("warm-up"), new Samples("warm-up"));
        try (HeapJobScheduler scheduler = scheduler(SchedulerSpec.of("bench").withLimit(64))) {
            scheduler.start();
            long before = Meter.usedHeap();
            register(scheduler, specs(jobs));
            return (double) (Meter.usedHeap() - before) / jobs;
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // lets other runs in, so that a limit which does not hold is seen
    private static int burst(Size size, Samples took, AtomicInteger most) throws InterruptedException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch left = new CountDownLatch(size.burstJobs);
        JobTask task = context -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            runs.incrementAndGet();
            Thread.yield();
            now.decrementAndGet();
            left.countDown();
        };
        Duration delay = Duration.ofMillis(200);
        try (HeapJobScheduler scheduler = scheduler(SchedulerSpec.of("bench").withLimit(size.limit))) {
            for (int i = 0; i < size.burstJobs; i++) {
                var unused = scheduler.register(JobSpec.named("job-" + i)
                        .task(task)
                        .every(FAR)
                        .initialDelay(delay)
                        .deadline(DEADLINE)
                        .build());
            }
            long due = System.nanoTime() + delay.toNanos();
            scheduler.start();
            if (!left.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException(left.getCount() + " of the burst did not run");
            }
            took.add(System.nanoTime() - due);
        }
        return runs.get();
    }

    /** {@return the runs of all jobs that make up for a hundred missed points each} */
    private static int catchUps(int jobs) {
        TestClock clock = new TestClock();
        AtomicInteger runs = new AtomicInteger();
        try (HeapJobScheduler scheduler = HeapJobScheduler.create(
                SchedulerSpec.of("bench").withLimit(64),
                clock,
                KernelThreads.of(clock.threads()),
                List.of(),
                Events.none())) {
            for (int i = 0; i < jobs; i++) {
                var unused = scheduler.register(JobSpec.named("job-" + i)
                        .task(context -> runs.incrementAndGet())
                        .every(Duration.ofMillis(100))
                        .misfire(Misfire.RUN_ONCE)
                        .build());
            }
            scheduler.start();
            clock.advance(Duration.ofMillis(150));
            runs.set(0);
            // Up to half-way between two points: the next of the grid is not due yet.
            clock.stall(Duration.ofSeconds(10));
            return runs.get();
        }
    }
}
