package io.github.pavelagarkov.kernel.core.internal.job;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Runs that became due in one wake-up of the timer, handed over together.
 *
 * <p>Handed over one by one, the first would end while the timer fires the next, and both would contend for the engine's
 * lock. And where threads are virtual, one of them starts the others, which spares the timer's thread the wake-ups. The two
 * effects were measured together only.
 *
 * <p>Used by the timer's thread only.
 */
final class DueRuns {
    /** The first of a burst need not wait until its last is due. */
    private static final int MOST = 64;

    private final JobEngine engine;
    private final boolean cheapThreads;
    private final @Nullable Run[] runs = new Run[MOST];
    private int count;

    DueRuns(JobEngine engine, boolean cheapThreads) {
        this.engine = engine;
        this.cheapThreads = cheapThreads;
    }

    void add(Run run) {
        runs[count++] = run;
        if (count == MOST) {
            submit();
        }
    }

    void submit() {
        int size = count;
        count = 0;
        if (size > 1 && cheapThreads) {
            submitTogether(Arrays.copyOf(runs, size));
        } else {
            submitEach(runs, 0, size);
        }
        Arrays.fill(runs, 0, size, null);
    }

    private void submitTogether(@Nullable Run[] all) {
        try {
            engine.executor.execute(() -> {
                submitEach(all, 1, all.length);
                Run first = all[0];
                if (first != null) {
                    first.run();
                }
            });
        } catch (RuntimeException | OutOfMemoryError e) {
            // One by one instead, so that each refusal is written down.
            submitEach(all, 0, all.length);
        }
    }

    private void submitEach(@Nullable Run[] all, int from, int to) {
        for (int i = from; i < to; i++) {
            engine.submit(all[i]);
        }
    }
}
