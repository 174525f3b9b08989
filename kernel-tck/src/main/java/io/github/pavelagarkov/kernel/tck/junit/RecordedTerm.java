package io.github.pavelagarkov.kernel.tck.junit;

import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Instant;
import java.util.Optional;

/**
 * A term with its place in the order of everything.
 *
 * @param term with its token
 * @param won when it began
 * @param wonAs its begin was the how-manieth thing that happened
 * @param lost when it ended
 * @param lostAs its end was the how-manieth thing; {@link Long#MAX_VALUE} while it goes on
 * @param reason why
 */
record RecordedTerm(
        Term term, Instant won, long wonAs, Optional<Instant> lost, long lostAs, Optional<DemotionReason> reason) {
    LedTerm shown() {
        return new LedTerm(term, won, lost, reason);
    }

    /** {@return whether a run began and ended in it, or goes on as it does} */
    boolean covers(RecordedRun run) {
        boolean bothGoOn = lost.isEmpty() && run.ended().isEmpty();
        return run.beganAs() > wonAs && (bothGoOn || run.endedAs() < lostAs);
    }
}
