package io.github.pavelagarkov.kernel.core.log;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.trace.TraceFields;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.slf4j.MDC;

/**
 * Carries the log context of a thread, with its {@linkplain CorrelationId correlation id}, into threads of your own. A
 * thread gets back what it had before.
 *
 * <pre>{@code
 * ExecutorService workers = LogContext.carriedBy(Executors.newFixedThreadPool(8));
 * workers.submit(() -> log.info("logged with the correlation id of the request that submitted it"));
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class LogContext {
    private static final ContextCarrier CARRIER = MdcContextCarrier.create();

    private LogContext() {}

    /**
     * Puts a correlation id on the calling thread, and the ids of the OpenTelemetry span that is current, if there is one.
     * What the thread has already stays visible.
     *
     * @param id a valid id
     * @return puts the whole context back as it was; closed on the same thread
     * @throws IllegalArgumentException if the id is not valid; does not say the id, which may be hostile
     */
    public static ContextCarrier.Scope open(String id) {
        CorrelationId.check(id);
        ContextCarrier.Scope before = keep();
        MDC.put(CorrelationId.KEY, id);
        TraceFields.current().forEach(MDC::put);
        return before;
    }

    /** {@return puts the context of the calling thread back as it is now; closed on the same thread} */
    public static ContextCarrier.Scope keep() {
        return MdcContextCarrier.keep();
    }

    /**
     * {@return the task, to run in the context that the calling thread has now}
     *
     * @param task what to run elsewhere
     */
    public static Runnable carry(Runnable task) {
        Check.notNull("task", task);
        ContextCarrier.Snapshot context = CARRIER.capture();
        return () -> {
            try (ContextCarrier.Scope opened = context.open(Map.of())) {
                task.run();
            }
        };
    }

    /**
     * {@return the task, to run in the context that the calling thread has now}
     *
     * @param <T> what it returns
     * @param task what to run elsewhere
     */
    public static <T> Callable<T> carryCallable(Callable<T> task) {
        Check.notNull("task", task);
        ContextCarrier.Snapshot context = CARRIER.capture();
        return () -> {
            try (ContextCarrier.Scope opened = context.open(Map.of())) {
                return task.call();
            }
        };
    }

    /**
     * {@return the supplier, to be asked in the context that the calling thread has now}; for instance of {@code
     * CompletableFuture.supplyAsync}
     *
     * @param <T> what it returns
     * @param task what to ask elsewhere
     */
    public static <T> Supplier<T> carrySupplier(Supplier<T> task) {
        Check.notNull("task", task);
        ContextCarrier.Snapshot context = CARRIER.capture();
        return () -> {
            try (ContextCarrier.Scope opened = context.open(Map.of())) {
                return task.get();
            }
        };
    }

    /**
     * {@return an executor that runs each task in the context of the thread that gave it}
     *
     * @param executor what runs them
     */
    public static Executor carriedBy(Executor executor) {
        Check.notNull("executor", executor);
        return task -> executor.execute(carry(task));
    }

    /**
     * {@return an executor service that runs each task in the context of the thread that gave it}; to stop it is to stop
     * the one behind it
     *
     * @param executor what runs them
     */
    public static ExecutorService carriedBy(ExecutorService executor) {
        return new CarryingExecutorService(Check.notNull("executor", executor));
    }
}
