package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Sends the requests that become due in one wake-up of the timer as one batch; requests from other threads go at once, for
 * they hurry: somebody has just released a lease.
 */
final class LeaseBatcher {
    private static final int LARGEST = 100;

    /** Takes the answer to one request. Called on a thread of the store, or the caller's; must not block. */
    interface Recipient {
        void answered(LeaseRequest request, long attempt, LeaseReply reply, long sentNanos, long sentWallMillis);
    }

    private record Item(LeaseRequest request, long attempt, Recipient recipient) {}

    private final LeaseStore store;
    private final KernelClock clock;
    private final HeapTimer timer;
    private final HeapTimer.Task flush = new HeapTimer.Task() {
        @Override
        protected void fire(long nowNanos) {
            flush();
        }
    };

    /** INVARIANT: touched by the timer's thread only. */
    private List<Item> pending = new ArrayList<>();

    LeaseBatcher(LeaseStore store, KernelClock clock, HeapTimer timer) {
        this.store = store;
        this.clock = clock;
        this.timer = timer;
    }

    void send(LeaseRequest request, long attempt, Recipient recipient) {
        Item item = new Item(request, attempt, recipient);
        if (!timer.isTimerThread()) {
            dispatch(List.of(item));
            return;
        }
        pending.add(item);
        if (pending.size() == LARGEST) {
            flush();
        } else if (pending.size() == 1) {
            // At this very moment: fires behind all tasks that were due before it.
            timer.schedule(flush, clock.nanoTime());
        }
    }

    private void flush() {
        if (!pending.isEmpty()) {
            List<Item> batch = pending;
            pending = new ArrayList<>();
            dispatch(batch);
        }
    }

    private void dispatch(List<Item> batch) {
        // Read before the store sees anything: whatever the store counts from begins later.
        long sentNanos = clock.nanoTime();
        long sentWall = clock.wallMillis();
        List<LeaseRequest> requests = batch.stream().map(Item::request).toList();
        CompletionStage<List<LeaseReply>> replies;
        try {
            replies = Objects.requireNonNull(store.acquireOrRenew(requests), "the store returned null");
        } catch (RuntimeException | Error e) {
            // Also an error, say a driver that is not there: the timer's thread belongs to all elections.
            answer(batch, null, e, sentNanos, sentWall);
            return;
        }
        var unused = replies.whenComplete((answers, error) -> answer(batch, answers, error, sentNanos, sentWall));
    }

    private static void answer(
            List<Item> batch,
            @Nullable List<LeaseReply> answers,
            @Nullable Throwable error,
            long sentNanos,
            long sentWall) {
        for (int i = 0; i < batch.size(); i++) {
            Item item = batch.get(i);
            LeaseReply reply = answers != null && i < answers.size()
                    ? answers.get(i)
                    : new LeaseReply.Failed(Failures.cause(error, "the store answered too few requests"));
            item.recipient().answered(item.request(), item.attempt(), reply, sentNanos, sentWall);
        }
    }

    /** Unwraps what stages wrap. */
    static final class Failures {
        private Failures() {}

        static Throwable cause(@Nullable Throwable error, String otherwise) {
            Throwable cause = error;
            while (cause instanceof java.util.concurrent.CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            return cause != null ? cause : new BackendUnavailableException(otherwise);
        }
    }
}
