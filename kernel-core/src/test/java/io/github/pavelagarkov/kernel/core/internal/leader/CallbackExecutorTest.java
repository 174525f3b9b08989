package io.github.pavelagarkov.kernel.core.internal.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class CallbackExecutorTest {
    private static final String NO_THREAD = "unable to create native thread";

    private final TestClock clock = new TestClock();
    private final KernelThreads threads = KernelThreads.of(clock.threads());
    private final HeapTimer timer = new HeapTimer(clock, threads, "timer", 0);
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();

    private final Executor refusing = task -> {
        refuse();
        threads.newThread("first", task).start();
    };

    private void refuse() {
        if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new OutOfMemoryError(NO_THREAD);
        }
    }

    private final KernelThreads lastResort = KernelThreads.of(task -> {
        refuse();
        return clock.threads().newThread(task);
    });

    private CallbackExecutor callbacks(Executor first) {
        timer.start();
        return new CallbackExecutor(first, lastResort, timer, clock);
    }

    @Test
    void le4_aDemotionIsToldAlthoughTheExecutorHasNoThreadForIt() {
        refusals.set(1);

        callbacks(refusing).execute("callback", () -> log.add("told"));
        clock.settle();

        assertThat(log).containsExactly("told");
    }

    @Test
    void le4_aDemotionIsToldAsSoonAsThereIsAThreadAgain() {
        refusals.set(6);

        callbacks(refusing).execute("callback", () -> log.add("told"));
        clock.advance(Duration.ofMillis(299));
        assertThat(log).isEmpty();
        clock.advance(Duration.ofMillis(2));

        assertThat(log).containsExactly("told");
    }

    @Test
    void le4_aDemotionIsToldOnceAlthoughTheExecutorFailsHalfWay() {
        CallbackExecutor callbacks = callbacks(task -> {
            threads.newThread("first", task).start();
            throw new OutOfMemoryError(NO_THREAD);
        });

        callbacks.execute("callback", () -> log.add("told"));
        clock.settle();

        assertThat(log).containsExactly("told");
    }
}
