package io.github.pavelagarkov.kernel.core.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class LogContextTest {
    /** One thread, so that what a task leaves behind on it is seen by the next. */
    private final ExecutorService thread = Executors.newSingleThreadExecutor();

    private final ExecutorService carrying = LogContext.carriedBy(thread);

    @AfterEach
    void leaveNothingBehind() {
        thread.shutdownNow();
        MDC.clear();
    }

    @Test
    void carriesTheContextOfWhoeverGivesTheTask() throws Exception {
        thread.submit(() -> MDC.put("of", "the pool")).get();
        List<Optional<String>> seen;
        Callable<Optional<String>> current = CorrelationId::current;
        try (var id = CorrelationId.open("r-1")) {
            seen = List.of(
                    carrying.submit(current).get(),
                    carrying.invokeAll(List.of(current)).get(0).get(),
                    carrying.invokeAny(List.of(current)),
                    CompletableFuture.supplyAsync(CorrelationId::current, carrying)
                            .get(),
                    CompletableFuture.supplyAsync(LogContext.carrySupplier(CorrelationId::current), thread)
                            .get(),
                    thread.submit(LogContext.carryCallable(current)).get());
        }

        assertThat(seen).hasSize(6).allMatch(id -> id.equals(Optional.of("r-1")));
        assertThat(thread.submit(MDC::getCopyOfContextMap).get())
                .as("what the thread had")
                .isEqualTo(Map.of("of", "the pool"));
    }

    @Test
    void putsTheContextBackWhenATaskFails() throws Exception {
        Executor executor = LogContext.carriedBy((Executor) thread);
        try (var id = CorrelationId.open("r-2")) {
            executor.execute(() -> MDC.put("left", "behind"));
            assertThatThrownBy(() -> carrying.submit(() -> {
                                MDC.put("left", "behind");
                                throw new IllegalStateException("boom");
                            })
                            .get())
                    .hasRootCauseMessage("boom");
        }

        assertThat(thread.submit(MDC::getCopyOfContextMap).get())
                .satisfiesAnyOf(
                        fields -> assertThat(fields).isNull(),
                        fields -> assertThat(fields).isEmpty());
    }

    @Test
    void stopsTheExecutorBehindIt() throws Exception {
        carrying.shutdown();

        assertThat(carrying.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(List.of(carrying.isShutdown(), carrying.isTerminated(), thread.isTerminated()))
                .containsOnly(true);
        assertThat(carrying.shutdownNow()).isEmpty();
    }
}
