package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobContext;
import java.util.List;
import java.util.Map;

/** Opens the contexts of all carriers around a task. */
final class Contexts {
    static final String CORRELATION_ID = "correlation_id";

    private Contexts() {}

    static void callInside(List<ContextCarrier> carriers, Run run, JobContext context) throws Exception {
        Map<String, String> fields = Map.of(
                "job", run.job.spec.name(), "run_id", Long.toString(run.id), CORRELATION_ID, run.correlationId());
        callInside(carriers, 0, fields, run, context);
    }

    /** Recursive, so that each context is closed whatever happens inside of it, the innermost first. */
    private static void callInside(
            List<ContextCarrier> carriers, int index, Map<String, String> fields, Run run, JobContext context)
            throws Exception {
        if (index == carriers.size()) {
            run.job.spec.task().run(context);
            return;
        }
        ManualCall manual = run.manual;
        ContextCarrier.Snapshot snapshot = manual != null
                ? manual.contexts().get(index)
                : carriers.get(index).clean();
        try (ContextCarrier.Scope opened = snapshot.open(fields)) {
            try {
                callInside(carriers, index + 1, fields, run, context);
            } catch (Throwable e) {
                opened.failed(e);
                throw e;
            }
        }
    }
}
