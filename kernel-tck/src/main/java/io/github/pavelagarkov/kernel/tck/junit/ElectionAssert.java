package io.github.pavelagarkov.kernel.tck.junit;

import io.github.pavelagarkov.kernel.leader.DemotionReason;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.assertj.core.api.AbstractAssert;

/** Says how an election is expected to have gone for the kernel under test. Not thread-safe. */
public final class ElectionAssert extends AbstractAssert<ElectionAssert, ElectionTimeline> {
    ElectionAssert(ElectionTimeline actual) {
        super(actual, ElectionAssert.class);
    }

    /**
     * Expects that leadership was won at a time.
     *
     * @param time as {@code 10:05}
     * @return this
     */
    public ElectionAssert wasWonAt(String time) {
        return expectAt("won", time, term -> Optional.of(term.won()));
    }

    /**
     * Expects that leadership was lost at a time, and the work under it had ended.
     *
     * @param time as {@code 10:05}
     * @return this
     */
    public ElectionAssert wasLostAt(String time) {
        return expectAt("lost", time, LedTerm::lost);
    }

    /**
     * Expects that leadership was lost at a time for a reason.
     *
     * @param time as {@code 10:05}
     * @param reason why
     * @return this
     */
    public ElectionAssert wasLostAt(String time, DemotionReason reason) {
        return expectAt(
                "lost (" + reason + ")",
                time,
                term -> term.reason().filter(reason::equals).flatMap(why -> term.lost()));
    }

    private ElectionAssert expectAt(String what, String time, Function<LedTerm, Optional<Instant>> when) {
        Instant expected = actual.times().instant(time);
        if (actual.terms().stream().map(when).noneMatch(Optional.of(expected)::equals)) {
            fail("to have been " + what + " at " + time);
        }
        return this;
    }

    /**
     * Expects so many terms.
     *
     * @param terms how many, the one that goes on included
     * @return this
     */
    public ElectionAssert wasWon(int terms) {
        if (actual.terms().size() != terms) {
            fail("to have been won " + terms + " times");
        }
        return this;
    }

    /**
     * Expects that leadership was never lost.
     *
     * @return this
     */
    public ElectionAssert wasNeverLost() {
        if (actual.terms().stream().anyMatch(term -> term.lost().isPresent())) {
            fail("never to have been lost");
        }
        return this;
    }

    private void fail(String expectation) {
        List<String> terms = actual.terms().stream().map(this::text).toList();
        failWithMessage(
                "%s", "expected " + actual + " " + expectation + ", but its terms are:\n" + TimelineText.block(terms));
    }

    private String text(LedTerm term) {
        String end = term.lost()
                .map(lost -> " to " + actual.times().text(lost)
                        + term.reason().map(reason -> ", " + reason).orElse(""))
                .orElse(" and goes on");
        return actual.times().text(term.won()) + end + ", token " + term.term().fencingToken();
    }
}
