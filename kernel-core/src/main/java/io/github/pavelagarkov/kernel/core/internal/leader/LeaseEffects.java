package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.Term;
import java.util.function.Supplier;

/** What a {@link LeaseMachine} wants done. Called one at a time; nothing here may block or call the machine back directly. */
interface LeaseEffects {
    /** Sends a request; the answer comes back as {@link LeaseMachine#replied}. */
    void send(LeaseRequest request, long attempt);

    /** Gives a lease back; the answer comes back as {@link LeaseMachine#released}. */
    void release(String leaseId);

    /** Calls {@link LeaseMachine#tick} at a point of time, instead of any earlier wish. */
    void wakeAt(long nanos);

    /** Starts onElected on a thread of its own; its end comes back as {@link LeaseMachine#electedReturned}. */
    void elect(Term term);

    /** Cancels the scope of the current term. */
    void cancelScope(DemotionReason reason);

    /** Interrupts the thread that runs onElected, if it still does. */
    void interruptCallback();

    /** Starts onDemoted on a thread of its own; its end comes back as {@link LeaseMachine#demotedReturned}. */
    void demote(Term term, DemotionReason reason);

    /** The lease is lost while the work is stopping already. */
    void hurry(DemotionReason reason);

    /** Work goes on although the store may have given the lease to another. */
    void overrun(Term term);

    /** The term is over as far as a step-down is concerned: it was stopped, or that was given up. */
    void stopSettled();

    /** Who closes need not wait any longer, although work still runs. */
    void closeGivenUp();

    /** The election is over. */
    void closed();

    /** Reports an event. */
    void publish(Supplier<LeaderEvent> event);
}
