package io.github.pavelagarkov.kernel.examples.ownelector;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.CancellationSource;
import io.github.pavelagarkov.kernel.CancellationToken;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.function.BooleanSupplier;

/** One term as its work sees it. Thread-safe. */
final class TermScope implements LeaderScope {
    private final Term term;
    private final CancellationSource work;
    private final BooleanSupplier leads;

    TermScope(Term term, KernelClock clock, BooleanSupplier leads) {
        this.term = term;
        this.work = new CancellationSource(clock);
        this.leads = leads;
    }

    /** Tells the work to end. Whoever has done so before wins. */
    void cancel(CancelReason why) {
        boolean unused = work.cancel(why);
    }

    @Override
    public Term term() {
        return term;
    }

    @Override
    public boolean isActive() {
        return !work.isCancelled() && leads.getAsBoolean();
    }

    @Override
    public CancellationToken cancellation() {
        return work;
    }
}
