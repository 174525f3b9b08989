package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.event.KernelEvent;
import jakarta.enterprise.event.NotificationOptions;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.ObserverMethod;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Kernel's events as events of the container. Each of the two kinds of observers is a listener of the kernel, with a bounded
 * queue and a thread of its own (EV-1): an executor of a server may be full, or closed already when the last events come.
 *
 * <p>Thread-safe.
 */
final class KernelEvents {
    private static final NotificationOptions ON_THIS_THREAD = NotificationOptions.ofExecutor(Runnable::run);

    private final BeanManager beans;
    /** Most events have no observer, and a busy scheduler makes thousands a second. */
    private final Map<Class<?>, Observed> observed = new ConcurrentHashMap<>();

    KernelEvents(BeanManager beans) {
        this.beans = beans;
    }

    private record Observed(boolean inOrder, boolean async) {
        static Observed by(Set<? extends ObserverMethod<?>> observers) {
            return new Observed(
                    observers.stream().anyMatch(method -> !method.isAsync()),
                    observers.stream().anyMatch(ObserverMethod::isAsync));
        }
    }

    private Observed observed(KernelEvent event) {
        return observed.computeIfAbsent(event.getClass(), type -> Observed.by(beans.resolveObserverMethods(event)));
    }

    /** Tells those who observe. */
    void tell(KernelEvent event) {
        if (observed(event).inOrder) {
            beans.getEvent().select(KernelEvent.class).fire(event);
        }
    }

    /** Tells those who observe asynchronously: a slow one keeps others of its kind waiting, and nobody else. */
    void tellAsync(KernelEvent event) {
        if (observed(event).async) {
            CompletableFuture<KernelEvent> told = new CompletableFuture<>();
            var unused = beans.getEvent()
                    .select(KernelEvent.class)
                    .fireAsync(event, ON_THIS_THREAD)
                    .whenComplete((done, failure) -> {
                        if (failure == null) {
                            told.complete(done);
                        } else {
                            told.completeExceptionally(failure);
                        }
                    });
            // What an observer throws is the listener's trouble, and reported as such.
            var unusedEvent = told.join();
        }
    }
}
