package io.github.pavelagarkov.kernel.core.internal.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.internal.event.ListenerTroubles;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ListenerCursorTest {
    private static final int ROUNDS = 1_000_000;

    private static ReadinessVersion version(long number) {
        ReadinessSnapshot snapshot =
                new ReadinessSnapshot(number, ReadinessBarrier.State.RUNNING, false, "round", Instant.EPOCH, Map.of());
        return new ReadinessVersion(snapshot, Map.of());
    }

    @Test
    @Timeout(60)
    void rb8_aVersionThatIsPublishedWhileTheCursorComesToRestIsToldToo() {
        AtomicLong seen = new AtomicLong();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            ReadinessVersion at = version(0);
            ListenerCursor cursor = new ListenerCursor(
                    (previous, current) -> seen.set(current.version()),
                    at,
                    executor,
                    new ListenerTroubles("listener"),
                    () -> {});

            for (long round = 1; round <= ROUNDS; round++) {
                // At once when the one before is told: the cursor is about to look for the last time.
                ReadinessVersion next = version(round);
                at.next = next;
                cursor.wake();
                at = next;
                awaitSpinning(seen, round);
            }

            assertThat(seen).hasValue(ROUNDS);
        } finally {
            executor.shutdownNow();
        }
    }

    private static void awaitSpinning(AtomicLong seen, long round) {
        while (seen.get() != round) {
            Thread.onSpinWait();
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("version " + round + " was never told");
            }
        }
    }
}
