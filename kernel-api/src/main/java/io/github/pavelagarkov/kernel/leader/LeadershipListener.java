package io.github.pavelagarkov.kernel.leader;

/**
 * Told when this process begins and ends to lead one election.
 *
 * <p>The two calls alternate strictly, one at a time, on threads of the election that are neither timer nor network
 * threads; each call happens-before the next. Calls of different elections run at the same time.
 *
 * @see <a href="SPEC.md">SPEC.md LE-4, LE-11</a>
 */
public interface LeadershipListener {
    /**
     * This process leads. Start the work and return; do not do the work here.
     *
     * <p>If the lease is lost before this returns, the scope's token is cancelled and 200 ms later the calling thread is
     * interrupted.
     *
     * @param scope the term and its end
     * @throws Exception if the work cannot be started: {@link #onDemoted} follows with {@link
     *     DemotionReason#START_FAILED}, the lease is released, and this process holds back for a growing while
     */
    void onElected(LeaderScope scope) throws Exception;

    /**
     * This process no longer leads, or is about to stop leading. Called exactly once for each {@link #onElected} that was
     * entered, even if that threw. Return when the work has ended: on a graceful end the lease is renewed until then.
     *
     * <p>What this throws is reported and otherwise ignored.
     *
     * @param term the term that ends
     * @param reason why
     */
    void onDemoted(Term term, DemotionReason reason);
}
