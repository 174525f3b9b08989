package io.github.pavelagarkov.kernel.tck.rules;

import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.TckTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that keeps what it is told, and does what a test wants. Set what it does before it joins. */
class Callbacks implements LeadershipListener {
    @FunctionalInterface
    interface OnElected {
        void run(LeaderScope scope) throws Exception;
    }

    @FunctionalInterface
    interface OnDemoted {
        void run(Term term, DemotionReason reason);
    }

    /** In the order they began. */
    final List<Term> terms = new CopyOnWriteArrayList<>();
    /** When each term began, counted from the begin of the test. */
    final List<Duration> electedAt = new CopyOnWriteArrayList<>();
    /** Why each term ended. */
    final List<DemotionReason> reasons = new CopyOnWriteArrayList<>();
    /** When its end was told. */
    final List<Duration> demotedAt = new CopyOnWriteArrayList<>();

    volatile OnElected onElected = scope -> {};
    volatile OnDemoted onDemoted = (term, reason) -> {};

    private final String who;
    private final List<String> log;
    private final TckTime time;
    private volatile int stopped;

    /**
     * @param who begins each line of the log
     * @param log gets {@code a elected}, {@code a demoted}, {@code a stopped}
     * @param time of the test
     */
    Callbacks(String who, List<String> log, TckTime time) {
        this.who = who;
        this.log = log;
        this.time = time;
    }

    @Override
    public final void onElected(LeaderScope scope) throws Exception {
        log.add(who + " elected");
        terms.add(scope.term());
        electedAt.add(time.now());
        onElected.run(scope);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one call at a time; if not, LE-4 shows it by the log
    public final void onDemoted(Term term, DemotionReason reason) {
        log.add(who + " demoted");
        demotedAt.add(time.now());
        reasons.add(reason);
        try {
            onDemoted.run(term, reason);
        } finally {
            log.add(who + " stopped");
            stopped++;
        }
    }

    /** {@return how many terms have begun} */
    final int elected() {
        return electedAt.size();
    }

    /** {@return how many terms have begun to end} */
    final int demoted() {
        return reasons.size();
    }

    /** {@return how many terms have ended, their work with them} */
    final int stopped() {
        return stopped;
    }

    /** {@return whether the last thing it was told is that it leads} */
    final boolean leads() {
        return elected() > demoted();
    }

    @Override
    public final String toString() {
        return who;
    }
}
