package io.github.pavelagarkov.kernel.core.internal.event;

import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.event.KernelEvent.ListenerTrouble;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one listener got wrong since it was last reported; reported at most once a minute. Thread-safe. */
public final class ListenerTroubles {
    private static final long PAUSE = Duration.ofMinutes(1).toNanos();

    private final String listener;
    private final Object lock = new Object();
    private long dropped;
    private long failed;
    private @Nullable Throwable error;
    private boolean everReported;
    private long reportedAt;

    /**
     * Creates an empty account.
     *
     * @param listener named in the reports
     */
    public ListenerTroubles(String listener) {
        this.listener = listener;
    }

    /** Counts an event that was lost. */
    public void dropped() {
        synchronized (lock) {
            dropped++;
        }
    }

    /**
     * Counts a call that threw.
     *
     * @param thrown what
     */
    public void failed(Throwable thrown) {
        synchronized (lock) {
            failed++;
            error = thrown;
        }
    }

    /** {@return whether there is anything to tell} */
    public boolean areThere() {
        synchronized (lock) {
            return dropped + failed > 0;
        }
    }

    /**
     * Takes the report that is due.
     *
     * @param now the monotonic clock
     * @return the report; empty if there is nothing to tell or the last one was less than a minute ago
     */
    public Optional<ListenerTrouble> takeDue(long now) {
        synchronized (lock) {
            return nextReport(now) - now <= 0 ? take(now) : Optional.empty();
        }
    }

    /**
     * Takes what has not been reported, however long the last report is ago.
     *
     * @param now the monotonic clock
     * @return the report; empty if there is nothing to tell
     */
    public Optional<ListenerTrouble> take(long now) {
        synchronized (lock) {
            if (!areThere()) {
                return Optional.empty();
            }
            ListenerTrouble report = new ListenerTrouble(listener, dropped, failed, Optional.ofNullable(error));
            dropped = 0;
            failed = 0;
            error = null;
            everReported = true;
            reportedAt = now;
            return Optional.of(report);
        }
    }

    /**
     * {@return when the next report is due, by the monotonic clock; a point that is never reached if there is none}
     *
     * @param now the monotonic clock
     */
    public long nextReport(long now) {
        synchronized (lock) {
            if (!areThere()) {
                return Deadlines.never(now);
            }
            return everReported ? reportedAt + PAUSE : now;
        }
    }
}
