package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.RunResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a run by hand has in addition: who waits for it, and the context of its caller. */
record ManualCall(
        CompletableFuture<RunResult> result, List<ContextCarrier.Snapshot> contexts, Optional<String> correlationId) {
    static ManualCall capture(List<ContextCarrier> carriers) {
        List<ContextCarrier.Snapshot> contexts =
                carriers.stream().map(ContextCarrier::capture).toList();
        Optional<String> id = contexts.stream()
                .flatMap(context -> context.field(Contexts.CORRELATION_ID).stream())
                .findFirst();
        return new ManualCall(new CompletableFuture<>(), contexts, id);
    }
}
