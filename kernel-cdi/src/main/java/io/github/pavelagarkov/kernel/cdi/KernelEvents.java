package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.event.KernelEvent;
import jakarta.enterprise.event.NotificationOptions;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.ObserverMethod;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Kernel's events as events of the container. Asynchronous observers run on threads of the kernel: an executor of a server
 * may be full, or closed already when the last events come.
 *
 * <p>Thread-safe.
 */
final class KernelEvents {
    private static final int MOST_WAITING = 1_000;

    private final AtomicInteger waiting = new AtomicInteger();
    private final BeanManager beans;
    private final NotificationOptions onKernelThreads;
    /** Most events have no observer, and a busy scheduler makes thousands a second. */
    private final Map<Class<?>, Observed> observed = new ConcurrentHashMap<>();

    KernelEvents(BeanManager beans, Executor executor) {
        this.beans = beans;
        this.onKernelThreads = NotificationOptions.ofExecutor(executor);
    }

    private record Observed(boolean inOrder, boolean async) {
        static Observed by(Set<? extends ObserverMethod<?>> observers) {
            return new Observed(
                    observers.stream().anyMatch(method -> !method.isAsync()),
                    observers.stream().anyMatch(ObserverMethod::isAsync));
        }
    }

    void pass(KernelEvent event) {
        Observed by =
                observed.computeIfAbsent(event.getClass(), type -> Observed.by(beans.resolveObserverMethods(event)));
        if (by.inOrder) {
            beans.getEvent().select(KernelEvent.class).fire(event);
        }
        if (by.async) {
            passAsync(event);
        }
    }

    private void passAsync(KernelEvent event) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            // Told to the other listeners, with the number of these.
            throw new IllegalStateException(
                    MOST_WAITING + " events wait for @ObservesAsync methods, so one is dropped: " + event.getClass());
        }
        try {
            var unused = beans.getEvent()
                    .select(KernelEvent.class)
                    .fireAsync(event, onKernelThreads)
                    .whenComplete((fired, failure) -> waiting.decrementAndGet());
        } catch (RuntimeException e) {
            // No thread was to be had, so nothing waits.
            waiting.decrementAndGet();
            throw e;
        }
    }
}
