package io.github.pavelagarkov.kernel.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.event.KernelEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.spi.BeanManager;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Events that nobody can carry to asynchronous observers, or not fast enough. */
class KernelEventsTest {
    private static final AtomicInteger IN_ORDER = new AtomicInteger();
    private static final AtomicInteger ASYNC = new AtomicInteger();
    private static final KernelEvent EVENT = new KernelEvent.TaskFailed("report", new IllegalStateException("disk"));
    private static final int MORE_THAN_WAIT = 1_500;

    @ApplicationScoped
    static class Listens {
        void inOrder(@Observes KernelEvent.TaskFailed event) {
            IN_ORDER.incrementAndGet();
        }

        void async(@ObservesAsync KernelEvent.TaskFailed event) {
            ASYNC.incrementAndGet();
        }
    }

    @Test
    void threadsThatAreRefusedCostTheObserversInOrderNothing() {
        IN_ORDER.set(0);
        try (TestContainer container = TestContainer.start(Map.of(), Listens.class)) {
            KernelEvents events = new KernelEvents(container.get(BeanManager.class), task -> {
                throw new RejectedExecutionException("the server stops");
            });

            for (int i = 0; i < MORE_THAN_WAIT; i++) {
                // Never that too many wait: none does.
                assertThatThrownBy(() -> events.pass(EVENT)).isInstanceOf(RejectedExecutionException.class);
            }

            assertThat(IN_ORDER).hasValue(MORE_THAN_WAIT);
        }
    }

    @Test
    void aSlowAsynchronousObserverDoesNotMakeThreadsWithoutEnd() {
        IN_ORDER.set(0);
        ASYNC.set(0);
        Queue<Runnable> waiting = new ArrayDeque<>();
        try (TestContainer container = TestContainer.start(Map.of(), Listens.class)) {
            KernelEvents events = new KernelEvents(container.get(BeanManager.class), waiting::add);
            for (int i = 0; i < 1_000; i++) {
                events.pass(EVENT);
            }

            assertThatThrownBy(() -> events.pass(EVENT)).hasMessageContaining("one is dropped");
            assertThat(waiting).hasSize(1_000);
            waiting.remove().run();
            events.pass(EVENT);

            assertThat(waiting).hasSize(1_000);
            assertThat(ASYNC).hasValue(1);
            assertThat(IN_ORDER).hasValue(1_002);
        }
    }
}
