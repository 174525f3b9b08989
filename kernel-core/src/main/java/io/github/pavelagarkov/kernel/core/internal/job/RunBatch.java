package io.github.pavelagarkov.kernel.core.internal.job;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs of one wake-up, one after the other on one thread for as long as each is short.
 *
 * <p>To start, wake and end a thread costs several times what a short task does. A run is expected to be short if the last
 * one of its job was; any other gets a thread of its own. Where that was wrong {@link #spread} gives threads to those behind
 * it, and has the deadlines of all watched.
 */
final class RunBatch implements Runnable {
    private final JobEngine engine;
    private final List<Run> inTurn;
    private final List<Run> apart;
    /** How many of those in turn have been taken; each by whom it moved on for. */
    private final AtomicInteger taken = new AtomicInteger();

    RunBatch(JobEngine engine, @Nullable Run[] runs, int count) {
        this.engine = engine;
        this.inTurn = new ArrayList<>(count);
        List<Run> others = List.of();
        Run last = null;
        for (int i = 0; i < count; i++) {
            Run run = runs[i];
            if (run == null) {
                continue;
            }
            if (run.expectedShort) {
                inTurn.add(run);
            } else if (last == null) {
                last = run;
            } else {
                others = others.isEmpty() ? new ArrayList<>(count) : others;
                others.add(run);
            }
        }
        if (last != null) {
            // One of them may have this thread, once nobody is behind it.
            inTurn.add(last);
        }
        this.apart = others;
    }

    @Override
    public void run() {
        apart.forEach(engine::submit);
        for (Run run = take(); run != null; run = take()) {
            run.run();
        }
    }

    private @Nullable Run take() {
        int index = taken.getAndIncrement();
        return index < inTurn.size() ? inTurn.get(index) : null;
    }

    /**
     * Gives threads to the runs that wait behind one which takes longer than expected.
     *
     * @return whether none waits any longer; false also while the thread has not begun: then no run keeps others waiting
     */
    boolean spread() {
        int begun = taken.get();
        if (begun == 0) {
            return false;
        }
        if (begun <= inTurn.size()) {
            // Not all are over, although they were expected to be.
            RunWatch.watchDeadlines(engine, inTurn);
        }
        for (Run run = take(); run != null; run = take()) {
            engine.submit(run);
        }
        return true;
    }

    /** One by one, if the executor refused the batch: so each refusal is written down. */
    void submitEach() {
        RunWatch.watchDeadlines(engine, inTurn);
        apart.forEach(engine::submit);
        inTurn.forEach(engine::submit);
    }
}
