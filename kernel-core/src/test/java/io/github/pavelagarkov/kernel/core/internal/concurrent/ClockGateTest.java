package io.github.pavelagarkov.kernel.core.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.time.TestClock;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClockGateTest {
    private final TestClock clock = new TestClock();
    private final ClockGate gate = new ClockGate(clock);
    private final AtomicBoolean open = new AtomicBoolean();
    private final BlockingQueue<String> results = new LinkedBlockingQueue<>();

    private Thread waiter(Duration atMost) {
        long until = Deadlines.after(clock, atMost);
        Thread thread = KernelThreads.of(clock.threads()).newThread("waiter", () -> {
            try {
                results.add("held " + gate.await(open::get, until));
            } catch (InterruptedException e) {
                results.add("interrupted, flag " + Thread.currentThread().isInterrupted());
            }
        });
        thread.start();
        return thread;
    }

    @Test
    void aConditionThatHoldsNeedsNoWaiting() throws InterruptedException {
        assertThat(gate.await(() -> true, clock.nanoTime() - 1)).isTrue();
        assertThat(gate.await(() -> false, clock.nanoTime())).isFalse();
    }

    @Test
    void aSignalAfterTheChangeEndsTheWaitingOfAll() {
        waiter(Duration.ofHours(1));
        waiter(Duration.ofHours(1));
        clock.awaitParked(2);

        open.set(true);
        gate.signalAll();
        clock.settle();

        assertThat(results).containsExactly("held true", "held true");
    }

    @Test
    void aSignalWithoutTheConditionChangesNothing() {
        waiter(Duration.ofSeconds(2));
        clock.awaitParked(1);

        gate.signalAll();
        clock.advance(Duration.ofSeconds(1));
        gate.signalAll();
        clock.advance(Duration.ofSeconds(1).minusNanos(1));
        assertThat(results).isEmpty();

        clock.advance(Duration.ofNanos(1));
        assertThat(results).containsExactly("held false");
    }

    @Test
    void aConditionThatCameTrueWithoutASignalIsSeenAtTheDeadline() {
        waiter(Duration.ofSeconds(2));
        clock.awaitParked(1);

        open.set(true);
        clock.advance(Duration.ofSeconds(2));

        assertThat(results).containsExactly("held true");
    }

    @Test
    void anInterruptEndsTheWaiting() {
        Thread thread = waiter(Duration.ofHours(1));
        clock.awaitParked(1);

        thread.interrupt();
        clock.settle();

        assertThat(results).containsExactly("interrupted, flag false");
    }

    @Test
    void noWakeUpIsLostBetweenRealThreads() throws InterruptedException {
        KernelClock system = KernelClock.system();
        ClockGate real = new ClockGate(system);
        AtomicInteger turn = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        int rounds = 10_000;
        Thread odd = KernelThreads.system().newThread("odd", () -> play(real, system, turn, 1, rounds, lost));
        Thread even = KernelThreads.system().newThread("even", () -> play(real, system, turn, 0, rounds, lost));

        odd.start();
        even.start();
        odd.join();
        even.join();

        assertThat(lost).hasValue(0);
        assertThat(turn).hasValue(2 * rounds);
    }

    /** Each waits for its turn and gives the next one to the other; a lost wake-up stops both until the deadline. */
    private static void play(
            ClockGate gate, KernelClock clock, AtomicInteger turn, int parity, int rounds, AtomicInteger lost) {
        try {
            for (int i = 0; i < rounds && lost.get() == 0; i++) {
                if (!gate.await(() -> turn.get() % 2 == parity, Deadlines.after(clock, Duration.ofSeconds(30)))) {
                    lost.incrementAndGet();
                    return;
                }
                turn.incrementAndGet();
                gate.signalAll();
            }
        } catch (InterruptedException e) {
            lost.incrementAndGet();
        }
    }
}
