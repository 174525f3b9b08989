package io.github.pavelagarkov.kernel.event;

import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import java.util.List;

/** Something that happened in an election or a lock. */
public sealed interface LeaderEvent extends KernelEvent {
    /**
     * This process leads.
     *
     * @param term the term that has begun
     */
    record Acquired(Term term) implements LeaderEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onLeadershipAcquired(this);
        }
    }

    /**
     * This process has stopped leading and its work has stopped.
     *
     * @param term the term that has ended
     * @param reason why
     * @param held how long it lasted
     * @param released whether the lease was given back; if not it expires by itself
     */
    record Lost(Term term, DemotionReason reason, Duration held, boolean released) implements LeaderEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onLeadershipLost(this);
        }
    }

    /**
     * The store has begun to fail for an election, or fails in another way than before.
     *
     * @param election the election
     * @param cause why
     */
    record Trouble(String election, Throwable cause) implements LeaderEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onElectionTrouble(this);
        }
    }

    /**
     * The store answers again.
     *
     * @param election the election
     * @param after how long it did not
     * @param failures how many calls failed
     */
    record Recovered(String election, Duration after, long failures) implements LeaderEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onElectionRecovered(this);
        }
    }

    /**
     * The store answers but tells nobody of releases: until it does, a hand-over waits for the next look of a candidate.
     *
     * @param cause why
     */
    record ReleasesUnheard(Throwable cause) implements LeaderEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onReleasesUnheard(this);
        }
    }

    /**
     * The store tells of releases again.
     *
     * @param after how long it did not
     */
    record ReleasesHeard(Duration after) implements LeaderEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onReleasesHeard(this);
        }
    }

    /**
     * A callback of an election threw.
     *
     * @param term the term
     * @param callback {@code onElected} or {@code onDemoted}, or the subsystem that failed
     * @param error what it threw
     */
    record CallbackFailed(Term term, String callback, Throwable error) implements LeaderEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onElectionCallbackFailed(this);
        }
    }

    /**
     * Work goes on although the lease it ran under has run out.
     *
     * @param term the term that is over
     * @param thread the name of the thread that is stuck
     * @param frames the top of its stack, innermost first
     */
    record WorkOverrun(Term term, String thread, List<String> frames) implements LeaderEvent {
        /** Copies the list. */
        public WorkOverrun {
            frames = List.copyOf(frames);
        }

        @Override
        public void deliverTo(KernelListener listener) {
            listener.onWorkOverrun(this);
        }
    }

    /**
     * A lock was lost before it was given back, or could not be given back.
     *
     * @param lock the lock
     * @param fencingToken the token of the grant
     * @param trouble what happened, one sentence
     */
    record LockTrouble(String lock, long fencingToken, String trouble) implements LeaderEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onLockTrouble(this);
        }
    }
}
