package io.github.pavelagarkov.kernel.core.internal.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class EventMetersTest {
    private final AtomicInteger looks = new AtomicInteger();
    private final EventMeters meters = new EventMeters(
            new MeterBoard(List.of(), error -> {}),
            new EventMeters.Finder() {
                @Override
                public Optional<JobHandle> job(String scheduler, String job) {
                    return Optional.empty();
                }

                @Override
                public void refresh() {
                    looks.incrementAndGet();
                }
            },
            () -> Instant.EPOCH);

    /** Each look goes over everything there is: with a thousand elections it must not come with each event. */
    @Test
    void looksForWhatIsNewOnlyOnceForAnElectionThatItDoesNotKnow() {
        meters.addElection("known");

        for (int i = 0; i < 3; i++) {
            lead("known");
            trouble("known");
        }
        assertThat(looks).hasValue(0);

        lead("new");
        lead("new");
        trouble("new");
        assertThat(looks).hasValue(1);
    }

    private void lead(String election) {
        meters.onLeadershipAcquired(new LeaderEvent.Acquired(new Term(election, "a", 1, Instant.EPOCH)));
    }

    private void trouble(String election) {
        meters.onElectionTrouble(new LeaderEvent.Trouble(election, new IllegalStateException("no")));
    }
}
