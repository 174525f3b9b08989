package io.github.pavelagarkov.kernel.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The probe of a pool over a source that is broken beyond SQL. */
final class PoolProbeTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private static Thread quiet(Runnable task) {
        Thread thread = new Thread(task);
        thread.setUncaughtExceptionHandler((dead, error) -> {});
        return thread;
    }

    @Test
    void errorOfTheSourceIsAnAnswerAndTheNextPingAsksAgain() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        PoolProbe probe = new PoolProbe(
                () -> {
                    asked.incrementAndGet();
                    throw new NoClassDefFoundError("made up");
                },
                new Nowhere(),
                Optional::empty,
                KernelClock.system(),
                PoolProbeTest::quiet);
        CountDownLatch answered = new CountDownLatch(2);
        Thread asking = new Thread(() -> {
            for (int i = 0; i < 2; i++) {
                if (probe.ask(LONG).trouble().equals(Optional.of("postgres at nowhere could not be asked"))) {
                    answered.countDown();
                }
            }
        });
        asking.start();
        asking.join();

        assertThat(answered.getCount()).isZero();
        assertThat(asked).hasValue(2);
    }
}
