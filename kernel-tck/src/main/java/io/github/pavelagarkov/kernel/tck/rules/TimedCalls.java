package io.github.pavelagarkov.kernel.tck.rules;

import io.github.pavelagarkov.kernel.tck.TckTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.function.Executable;

/** Calls that may block, made on threads of their own while the test lets time pass. */
final class TimedCalls {
    private final TckTime time;

    TimedCalls(TckTime time) {
        this.time = time;
    }

    /** {@return what the call returns; what it throws is thrown on, as it is} */
    <T> T call(String what, Duration atMost, Callable<T> call) {
        CompletableFuture<T> outcome = time.start(call);
        time.until(what, atMost, outcome::isDone);
        try {
            return outcome.join();
        } catch (CompletionException e) {
            throw TimedCalls.<RuntimeException>asItIs(e.getCause() == null ? e : e.getCause());
        }
    }

    /** The same for a call without a result. */
    void run(String what, Duration atMost, Executable call) {
        boolean unused = call(what, atMost, () -> {
            try {
                call.execute();
            } catch (Throwable e) {
                throw TimedCalls.<RuntimeException>asItIs(e);
            }
            return true;
        });
    }

    /** Throws whatever it is, checked or not: a test wants to see the very exception of the implementation. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E asItIs(Throwable error) throws E {
        throw (E) error;
    }

    /** Work of one of several threads that start together. */
    @FunctionalInterface
    interface Side {
        void run(int index) throws Exception;
    }

    /** Runs the sides at once and waits for all; the first failure is thrown. */
    void inParallel(String what, int count, Duration atMost, Side side) {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(count);
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        List<Thread> sides = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i;
            sides.add(time.threads().newThread(() -> {
                try {
                    go.await();
                    side.run(index);
                } catch (Throwable e) {
                    failures.add(e);
                } finally {
                    ended.countDown();
                }
            }));
        }
        sides.forEach(Thread::start);
        go.countDown();
        time.until(what, atMost, () -> ended.getCount() == 0);
        if (!failures.isEmpty()) {
            throw new AssertionError(what + ": failed, " + failures.get(0), failures.get(0));
        }
    }
}
