package io.github.pavelagarkov.kernel;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Tells running work that it should end. Goes from not cancelled to cancelled once and never back.
 *
 * <p>Cancellation is a request: a token interrupts nobody. Who cancelled also interrupts the thread a little later (200
 * ms), so work that blocks in interruptible calls ends even if it never looks at the token.
 *
 * <p>Thread-safe.
 */
public interface CancellationToken {
    /** {@return whether the work should end} */
    boolean isCancelled();

    /** {@return why the work should end; empty while it should not} */
    Optional<CancelReason> reason();

    /**
     * Throws if the work should end, for loops without another way out.
     *
     * @throws CancellationException if the work should end
     */
    void throwIfCancelled();

    /**
     * Calls an action once on cancellation, on the thread that cancels or one made for it; at once, on the calling thread, if that has been.
     *
     * @param action short and non-blocking; what it throws is dropped
     * @return takes the action back
     */
    Registration onCancel(Runnable action);

    /**
     * Waits on the kernel's clock, but not beyond cancellation.
     *
     * @param atMost how long; positive
     * @return true if the whole time has passed, false if the token was cancelled before or meanwhile
     * @throws InterruptedException if the waiting thread is interrupted
     */
    boolean sleep(Duration atMost) throws InterruptedException;
}
