package io.github.pavelagarkov.kernel.examples.jakarta;

import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.leader.Term;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settles orders on one replica at a time. */
@ApplicationScoped
public class Settlement {
    private static final Logger LOGGER = LoggerFactory.getLogger(Settlement.class);

    @Inject
    OrderStore orders;

    @Job(every = "{shop.settlement.every:30s}", initialDelay = "0s", deadline = "20s", leader = "settlement")
    void settle(JobContext run) {
        Term term = run.term().orElseThrow();
        OptionalInt settled = orders.settle(term.fencingToken());
        if (settled.isEmpty()) {
            // This process was frozen past its lease, perhaps. Its term is over, and it will be told in a moment.
            LOGGER.warn("token {} is too old: another replica settles orders by now", term.fencingToken());
        } else if (settled.getAsInt() > 0) {
            LOGGER.info("settled {} orders under token {}", settled.getAsInt(), term.fencingToken());
        }
    }

    void elected(@Observes LeaderEvent.Acquired event) {
        LOGGER.info(
                "this replica settles orders from now on, under token {}",
                event.term().fencingToken());
    }
}
