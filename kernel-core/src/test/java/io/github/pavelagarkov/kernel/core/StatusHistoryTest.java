package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Terms, however late their events come and however early the store tells of them. */
final class StatusHistoryTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private final StatusHistory history = new StatusHistory(new TestClock(), "pod-1");

    private void acquired(long token) {
        history.onLeadershipAcquired(new LeaderEvent.Acquired(term(token)));
    }

    private void lost(long token) {
        history.onLeadershipLost(
                new LeaderEvent.Lost(term(token), DemotionReason.LEASE_EXPIRED, Duration.ofSeconds(5), false));
    }

    private static Term term(long token) {
        return new Term("billing", "pod-1", token, T0.plusSeconds(token * 10));
    }

    private void seen(String who, long token) {
        history.seen("billing", new LeaderInfo(who, OptionalLong.of(token)), T0.plusSeconds(token * 10));
    }

    private List<KernelStatus.Term> terms() {
        return history.terms("billing");
    }

    @Test
    void theOwnLeaseInTheStoreIsNoForeignTerm() {
        seen("pod-1", 1);
        assertThat(terms()).as("before the event").isEmpty();

        acquired(1);
        lost(1);
        seen("pod-1", 1);

        assertThat(terms()).as("after the term").hasSize(1);
        assertThat(terms().get(0).here()).isTrue();
    }

    @Test
    void anEventThatComesLateEndsItsOwnTerm() {
        acquired(1);
        seen("pod-2", 2);
        lost(1);

        assertThat(terms()).extracting(KernelStatus.Term::leader).containsExactly("pod-1", "pod-2");
        assertThat(terms().get(0).end()).hasValue("LEASE_EXPIRED");
        assertThat(terms().get(0).until()).hasValue(T0.plusSeconds(15));
        assertThat(terms().get(1).end()).as("the end of somebody else's term").isEmpty();
    }

    @Test
    void aNewerTermOfAnotherEndsTheOwnOne() {
        acquired(1);
        seen("pod-2", 2);

        assertThat(terms().get(0).until()).hasValue(T0.plusSeconds(20));
        assertThat(terms().get(0).end()).isEmpty();
    }

    @Test
    void anAnswerFromBeforeTheOwnTermIsNoNews() {
        acquired(2);
        seen("pod-2", 1);

        assertThat(terms()).hasSize(1);
        assertThat(terms().get(0).until()).isEqualTo(Optional.empty());
    }
}
