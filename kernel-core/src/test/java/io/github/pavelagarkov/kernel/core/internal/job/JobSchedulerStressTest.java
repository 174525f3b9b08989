package io.github.pavelagarkov.kernel.core.internal.job;

import static io.github.pavelagarkov.kernel.core.internal.job.Fixture.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.Overlap;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.job.StopMode;
import io.github.pavelagarkov.kernel.job.StopReport;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;

/** Real threads do everything at once, for a fixed number of rounds; then the books must balance. */
class JobSchedulerStressTest {
    private static final int JOBS = 8;
    private static final int LIMIT = 3;
    private static final int ROUNDS = 300;

    private final AtomicInteger[] running = new AtomicInteger[JOBS];
    private final AtomicInteger all = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final List<String> broken = new CopyOnWriteArrayList<>();
    private final JobScheduler scheduler = HeapJobScheduler.create(
            SchedulerSpec.of("stress").withLimit(LIMIT),
            KernelClock.system(),
            KernelThreads.system(),
            List.of(),
            Events.none());

    private JobSpec spec(int index) {
        int most = index % 2 + 1;
        AtomicInteger mine = running[index];
        return job("job-" + index, context -> {
                    if (Thread.currentThread().isInterrupted()) {
                        broken.add("a run began with an interrupt of another");
                    }
                    int ofThis = mine.incrementAndGet();
                    int ofAll = all.incrementAndGet();
                    if (ofThis > most || ofAll > LIMIT) {
                        broken.add("too many runs of job-" + index);
                    }
                    try {
                        if (context.runId() % 7 == 0) {
                            context.cancellation().sleep(Duration.ofMillis(3));
                        }
                    } finally {
                        mine.decrementAndGet();
                        all.decrementAndGet();
                    }
                })
                .every(Duration.ofMillis(1 + index % 3))
                .maxConcurrent(most)
                .overlap(index % 3 == 0 ? Overlap.QUEUE_ONE : Overlap.SKIP)
                .deadline(index == 5 ? Duration.ofMillis(2) : Duration.ofSeconds(30))
                .stopMode(index % 2 == 0 ? StopMode.IMMEDIATE : StopMode.GRACEFUL)
                .build();
    }

    @RepeatedTest(3)
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void js2_js5_js6_noOverlapNoRunAfterACleanStopNoLostPermit() throws Exception {
        long seed = System.nanoTime();
        for (int i = 0; i < JOBS; i++) {
            running[i] = new AtomicInteger();
            scheduler.register(spec(i));
        }
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Random random = new Random(seed + t);
            Thread thread = KernelThreads.system().newThread("stress-" + t, () -> disturb(random));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        StopReport report = scheduler.stop(Duration.ofSeconds(20));

        assertThat(broken).as("seed %d", seed).isEmpty();
        assertThat(report.abandoned()).as("seed %d", seed).isEmpty();
        assertThat(all).as("seed %d: runs after a clean stop", seed).hasValue(0);
        assertThatAllPermitsAreFree(seed);
        scheduler.close();
    }

    private void disturb(Random random) {
        for (int round = 0; round < ROUNDS; round++) {
            int index = random.nextInt(JOBS);
            try {
                act(random.nextInt(10), index);
            } catch (IllegalStateException | IllegalArgumentException e) {
                // Another thread was faster: the scheduler is stopping, or the job is there or not there.
                refused.incrementAndGet();
            }
        }
    }

    private void act(int what, int index) {
        switch (what) {
            case 0 -> scheduler.stop(Duration.ofSeconds(20));
            case 1, 2, 3 -> scheduler.start();
            case 4 -> scheduler.unregister("job-" + index, Duration.ofSeconds(20));
            case 5, 6 -> scheduler.register(spec(index));
            case 7 -> scheduler.job("job-" + index).ifPresent(JobHandle::pause);
            case 8 -> scheduler.job("job-" + index).ifPresent(JobHandle::resume);
            default -> scheduler.job("job-" + index).ifPresent(JobHandle::runNow);
        }
    }

    /** As many runs as the limit allows wait for each other: a lost permit would let them wait for ever. */
    private void assertThatAllPermitsAreFree(long seed) throws Exception {
        scheduler.jobs().forEach(job -> scheduler.unregister(job.name(), Duration.ofSeconds(20)));
        scheduler.start();
        CyclicBarrier together = new CyclicBarrier(LIMIT);
        List<CompletableFuture<RunResult>> results = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            results.add(scheduler
                    .register(job("check-" + i, context -> together.await())
                            .manual()
                            .build())
                    .runNow()
                    .toCompletableFuture());
        }
        for (CompletableFuture<RunResult> result : results) {
            assertThat(result.get(30, TimeUnit.SECONDS).error())
                    .as("seed %d", seed)
                    .isEmpty();
        }
        scheduler.stop(Duration.ofSeconds(20));
    }
}
