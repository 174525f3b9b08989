package io.github.pavelagarkov.kernel.benchmarks;

import com.sun.management.ThreadMXBean;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.leader.InMemoryLeaseStore;
import io.github.pavelagarkov.kernel.core.internal.leader.LeaseLeaderElector;
import io.github.pavelagarkov.kernel.core.internal.leader.OverrunHandler;
import io.github.pavelagarkov.kernel.core.internal.readiness.SnapshotReadinessBarrier;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What the two questions cost that a service asks with every request, while other threads change the answer. */
final class Reads {
    private static final int WRITERS = 4;
    private static final int ROUNDS = 12;
    private static final int CALLS = 5_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Keeps the calls from being optimised away. */
    static volatile int sink;

    @FunctionalInterface
    private interface Write {
        void write(int number) throws InterruptedException;
    }

    /** The best of several rounds; bytes of all of them. */
    record Cost(double nanos, long bytes, long calls) {}

    private Reads() {}

    static void run() throws InterruptedException {
        KernelClock clock = KernelClock.system();
        SnapshotReadinessBarrier barrier =
                SnapshotReadinessBarrier.create(clock, KernelThreads.system(), Events.none());
        List<ReadinessComponent> components = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            components.add(barrier.component("component-" + i));
        }
        barrier.start();
        print("isReady()", barrier::isReady, number -> {
            ReadinessComponent component = components.get(number);
            var unused = component.ready();
            var unusedToo = component.notReady("busy");
        });
        CountDownLatch elected = new CountDownLatch(1);
        try (LeaseLeaderElector elector = LeaseLeaderElector.create(
                new InMemoryLeaseStore(clock),
                "reads",
                clock,
                KernelThreads.system(),
                Events.none(),
                OverrunHandler.none())) {
            Election election = elector.join(ElectionSpec.of("reads"), Nodes.noting(nanos -> elected.countDown()));
            List<Election> others = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                others.add(elector.join(ElectionSpec.of("other-" + i), Nodes.noting(nanos -> {})));
            }
            elected.await();
            print("isLeader()", election::isLeader, number -> {
                var unused = others.get(number).stepDown(Duration.ofMillis(1));
                TimeUnit.MILLISECONDS.sleep(1);
            });
        }
        print("both clocks, for comparison", () -> clock.nanoTime() != clock.wallMillis(), number -> {});
    }

    private static void print(String name, BooleanSupplier question, Write write) throws InterruptedException {
        Cost alone = measure(CALLS, question);
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int number = i;
            Thread writer = new Thread(() -> {
                try {
                    while (!Thread.currentThread().isInterrupted()) {
                        write.write(number);
                    }
                } catch (InterruptedException e) {
                    // The end of the measurement.
                    Thread.currentThread().interrupt();
                }
            });
            writer.setDaemon(true);
            writer.start();
            writers.add(writer);
        }
        Cost contended = measure(CALLS, question);
        writers.forEach(Thread::interrupt);
        for (Thread writer : writers) {
            writer.join();
        }
        System.out.printf(
                Locale.ROOT,
                "%-28s %6.2f ns, with %d writers %6.2f ns (cpu of the reader, least of %d), %d bytes in %d calls%n",
                name,
                alone.nanos,
                WRITERS,
                contended.nanos,
                ROUNDS,
                alone.bytes + contended.bytes,
                alone.calls + contended.calls);
    }

    @SuppressWarnings("deprecation") // threadId() is newer than 17
    static Cost measure(int calls, BooleanSupplier question) {
        long id = Thread.currentThread().getId();
        int yes = 0;
        yes += ask(calls, question);
        yes += ask(calls, question);
        double best = Double.MAX_VALUE;
        long bytes = 0;
        // The counters cost some bytes themselves the first time: that round does not count.
        for (int round = -1; round < ROUNDS; round++) {
            long allocated = THREADS.getThreadAllocatedBytes(id);
            long cpu = THREADS.getCurrentThreadCpuTime();
            yes += ask(calls, question);
            best = Math.min(best, (double) (THREADS.getCurrentThreadCpuTime() - cpu) / calls);
            long more = THREADS.getThreadAllocatedBytes(id) - allocated;
            bytes += round < 0 ? 0 : more;
        }
        sink = yes;
        return new Cost(best, bytes, (long) ROUNDS * calls);
    }

    private static int ask(int calls, BooleanSupplier question) {
        int yes = 0;
        for (int i = 0; i < calls; i++) {
            if (question.getAsBoolean()) {
                yes++;
            }
        }
        return yes;
    }
}
