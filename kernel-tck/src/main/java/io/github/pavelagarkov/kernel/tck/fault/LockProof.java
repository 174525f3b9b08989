package io.github.pavelagarkov.kernel.tck.fault;

import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.lock.LockHandle;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Shows by a count that a lock excludes: threads add 1 to an unguarded counter under the lock, and the sum is exact.
 *
 * <pre>{@code
 * LockProof.of(lock).threads(8).increments(1_000).run().assertExact();
 * }</pre>
 *
 * <p>Across processes each runs the same with one {@link ProofCounter#inFile}, which begins wherever it is; then the counter
 * must have grown by the {@link Result#increments()} of all of them together: {@link Result#sum()} and {@link
 * Result#assertExact()} are of one process that is alone. It is checked as well that no two threads held the lock at once,
 * and that the fencing tokens grew in the order of the grants. Needs no seed: whoever schedules threads draws the lots.
 *
 * <p>Not thread-safe: to be described and run by one thread.
 */
public final class LockProof {
    private final DistributedLock lock;
    private String name = "lock-proof";
    private ProofCounter counter = ProofCounter.inMemory();
    private int threads = 8;
    private int increments = 1_000;
    private Duration ttl = Duration.ofSeconds(30);
    private Duration wait = Duration.ofMinutes(2);

    private LockProof(DistributedLock lock) {
        this.lock = lock;
    }

    /**
     * Begins a proof.
     *
     * @param lock under test
     * @return a proof with 8 threads and 1,000 increments each, on the lock {@code lock-proof}
     */
    public static LockProof of(DistributedLock lock) {
        return new LockProof(lock);
    }

    /**
     * {@return this proof}
     *
     * @param lockName the lock that is taken; one of the proof's own [lock-proof]
     */
    public LockProof name(String lockName) {
        name = lockName;
        return this;
    }

    /**
     * {@return this proof}
     *
     * @param shared what is counted on [in memory]
     */
    public LockProof counter(ProofCounter shared) {
        counter = shared;
        return this;
    }

    /**
     * {@return this proof}
     *
     * @param count how many threads count at once; positive [8]
     */
    public LockProof threads(int count) {
        threads = positive("threads", count);
        return this;
    }

    /**
     * {@return this proof}
     *
     * @param each how often each thread counts; positive [1,000]
     */
    public LockProof increments(int each) {
        increments = positive("increments", each);
        return this;
    }

    /**
     * {@return this proof}
     *
     * @param each for how long the lock is taken each time; far longer than one increment [30 s]
     * @param longest how long a thread waits for it [2 min]
     */
    public LockProof times(Duration each, Duration longest) {
        ttl = each;
        wait = longest;
        return this;
    }

    private static int positive(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " of a lock proof must be positive, was " + value);
        }
        return value;
    }

    /**
     * What came out.
     *
     * @param increments how many were made under the lock
     * @param sum by how much the counter has grown
     * @param missed how often the lock was not to be had in time
     * @param expired how often it was no longer held after the increment: what follows says nothing about the lock
     * @param held when it was held by whom
     * @param backwards how often a grant had no greater token than the one before it
     */
    public record Result(
            long increments, long sum, long missed, long expired, ExclusiveIntervals held, long backwards) {
        /**
         * Fails unless every increment was made and none was lost, nobody held the lock beside another, and tokens grew.
         *
         * @throws AssertionError saying what was wrong, and whether the lock is to blame
         */
        public void assertExact() {
            if (expired > 0) {
                throw new AssertionError("lock proof shows nothing: " + expired + " of " + increments
                        + " grants ran out before they were given back; take a longer ttl");
            }
            if (missed > 0) {
                throw new AssertionError("lock was not granted in time " + missed + " times beside " + increments
                        + " increments; if it is only slow, wait longer");
            }
            if (sum != increments) {
                throw new AssertionError("lock did not exclude: " + increments + " unguarded increments gave " + sum
                        + ", " + (increments - sum) + " were lost");
            }
            held.assertNoOverlap();
            if (backwards > 0) {
                throw new AssertionError("fencing token did not grow " + backwards + " times in " + increments
                        + " grants; each must be greater than the one before");
            }
        }
    }

    /**
     * Counts.
     *
     * @return what came out; {@link Result#assertExact()} judges it
     * @throws InterruptedException if this thread is interrupted while the others count; they are interrupted as well
     */
    public Result run() throws InterruptedException {
        long before = counter.read();
        Run run = new Run();
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> new Thread(task, "lock-proof"));
        try {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 1; i <= threads; i++) {
                String who = "thread " + i;
                tasks.add(() -> run.count(who));
            }
            for (Future<Void> done : pool.invokeAll(tasks)) {
                done.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("lock proof on '" + name + "' could not be finished", e.getCause());
        } finally {
            pool.shutdownNow();
        }
        return new Result(
                run.made.get(),
                counter.read() - before,
                run.missed.get(),
                run.expired.get(),
                run.held,
                run.backwards.get());
    }

    private final class Run {
        private final KernelClock clock = KernelClock.system();
        private final AtomicLong made = new AtomicLong();
        private final AtomicLong missed = new AtomicLong();
        private final AtomicLong expired = new AtomicLong();
        private final AtomicLong backwards = new AtomicLong();
        private final AtomicLong lastToken = new AtomicLong(Long.MIN_VALUE);
        private final ExclusiveIntervals held = new ExclusiveIntervals("lock '" + name + "'");

        @Nullable
        Void count(String who) throws InterruptedException {
            for (int i = 0; i < increments; i++) {
                Optional<LockHandle> grant = lock.lock(name, ttl, wait);
                if (grant.isEmpty()) {
                    missed.incrementAndGet();
                    continue;
                }
                try (LockHandle handle = grant.get()) {
                    increment(who, handle);
                }
            }
            return null;
        }

        @SuppressWarnings("ThreadPriorityCheck") // see the call
        private void increment(String who, LockHandle handle) {
            long from = clock.nanoTime();
            if (lastToken.getAndSet(handle.fencingToken()) >= handle.fencingToken()) {
                backwards.incrementAndGet();
            }
            long seen = counter.read();
            // Without it a lock that excludes nobody might pass on a machine with one core.
            Thread.yield();
            counter.write(seen + 1);
            made.incrementAndGet();
            long until = clock.nanoTime();
            if (handle.isHeld()) {
                held.add(who, from, until);
            } else {
                expired.incrementAndGet();
            }
        }
    }
}
