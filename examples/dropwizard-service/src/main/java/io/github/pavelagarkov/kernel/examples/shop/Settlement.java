package io.github.pavelagarkov.kernel.examples.shop;

import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.leader.Term;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settles orders on one replica at a time. Thread-safe. */
public final class Settlement {
    private static final Logger LOGGER = LoggerFactory.getLogger(Settlement.class);

    private final OrderStore orders;

    Settlement(OrderStore orders) {
        this.orders = orders;
    }

    /**
     * Settles what is open, under the token of this term.
     *
     * @param run one run of the job
     */
    @Job(every = "30s", initialDelay = "0s", deadline = "20s", leader = "settlement")
    public void settle(JobContext run) {
        Term term = run.term().orElseThrow();
        OptionalInt settled = orders.settle(term.fencingToken());
        if (settled.isEmpty()) {
            // This process was frozen past its lease, perhaps. Its term is over, and it will be told in a moment.
            LOGGER.warn("token {} is too old: another replica settles orders by now", term.fencingToken());
        } else if (settled.getAsInt() > 0) {
            LOGGER.info("settled {} orders under token {}", settled.getAsInt(), term.fencingToken());
        }
    }
}
