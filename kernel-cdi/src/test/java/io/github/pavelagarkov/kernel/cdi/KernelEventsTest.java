package io.github.pavelagarkov.kernel.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Observers that are slow, or that throw. */
class KernelEventsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** More than the queue of a listener takes. */
    private static final int MORE_THAN_WAIT = 2_000;

    private static final int BATCH = 500;

    private static final AtomicInteger IN_ORDER = new AtomicInteger();
    private static final AtomicInteger ASYNC = new AtomicInteger();
    private static final List<KernelEvent.ListenerTrouble> TROUBLES = new CopyOnWriteArrayList<>();
    private static volatile CountDownLatch goOn = new CountDownLatch(0);

    @BeforeEach
    void forget() {
        IN_ORDER.set(0);
        ASYNC.set(0);
        TROUBLES.clear();
        goOn = new CountDownLatch(0);
    }

    @ApplicationScoped
    static class Listens {
        void inOrder(@Observes KernelEvent.TaskFailed event) {
            IN_ORDER.incrementAndGet();
        }

        void trouble(@Observes KernelEvent.ListenerTrouble event) {
            TROUBLES.add(event);
        }

        void async(@ObservesAsync KernelEvent.TaskFailed event) throws InterruptedException {
            goOn.await();
            if (ASYNC.incrementAndGet() == 1) {
                throw new IllegalStateException("an observer is broken");
            }
        }
    }

    /** Not more at once than a queue takes: those in order must lose nothing. */
    private static void fail(Kernel kernel, int times) {
        for (int done = 0; done < times; done += BATCH) {
            int told = Math.min(done + BATCH, times);
            for (int i = done; i < told; i++) {
                kernel.execute("report", () -> {
                    throw new IllegalStateException("disk");
                });
            }
            await().atMost(PATIENCE).until(() -> IN_ORDER.get() == told);
        }
    }

    @Test
    void anAsynchronousObserverThatThrowsIsReportedAndGoesOn() {
        try (TestContainer container = TestContainer.start(Map.of(), Listens.class)) {
            fail(container.get(Kernel.class), 2);

            await().atMost(PATIENCE).until(() -> ASYNC.get() == 2);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(TROUBLES.toString()).contains("cdi-async", "an observer is broken"));
        }
    }

    @Test
    void anAsynchronousObserverThatHangsCostsTheOthersNothingAndNoThreads() {
        goOn = new CountDownLatch(1);
        try (TestContainer container = TestContainer.start(Map.of(), Listens.class)) {
            fail(container.get(Kernel.class), MORE_THAN_WAIT);

            assertThat(IN_ORDER).hasValue(MORE_THAN_WAIT);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(TROUBLES.toString()).contains("cdi-async"));
            goOn.countDown();
            await().atMost(PATIENCE).until(() -> ASYNC.get() > 1_000);
            assertThat(ASYNC).hasValueLessThan(MORE_THAN_WAIT);
        }
    }
}
