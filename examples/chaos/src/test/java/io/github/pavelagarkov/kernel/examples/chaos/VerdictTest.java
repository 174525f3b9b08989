package io.github.pavelagarkov.kernel.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.examples.chaos.Chronicle.DataLoss;
import io.github.pavelagarkov.kernel.examples.chaos.Chronicle.Death;
import io.github.pavelagarkov.kernel.examples.chaos.Chronicle.Pause;
import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The judge is judged: everything that must not be is found, and what is not promised is no violation. Times in seconds. */
final class VerdictTest {
    private static final double TRUSTED = 1;

    private final Chronicle chronicle = new Chronicle();
    private final Map<String, List<OutputLine>> output = new LinkedHashMap<>();
    private final List<FencedResource.Write> writes = new ArrayList<>();

    @Test
    void oneLeaderAfterTheOtherIsAsItShouldBe() {
        term("a", 1, 10, 12);
        term("b", 2, 12, 15);
        write("a", 1, true);
        write("b", 2, true);
        write("a", 1, false);

        Verdict verdict = judge();

        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.terms()).hasSize(2);
        assertThat(verdict.accepted()).isEqualTo(2);
        assertThat(verdict.refused()).isEqualTo(1);
    }

    @Test
    void twoAtOnceAreAViolation() {
        term("a", 1, 10, 12);
        term("b", 2, 11.9, 15);

        assertThat(judge().violations())
                .singleElement()
                .asString()
                .startsWith("two led at once for 100000 us: a with token 1")
                .contains(" and b with token 2");
    }

    @Test
    void twoAtOnceAreExcusedAfterADataLossForAsLongAsTheOldLeaseWasTrusted() {
        loss(11.5);
        term("a", 1, 10, 12.5);
        term("b", 2, 11.6, 15);

        Verdict verdict = judge();

        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.excused()).isEqualTo(1);
        assertThat(verdict.excusedNanos()).isEqualTo(nanos(0.9));
    }

    @Test
    void aDataLossExcusesNeitherALeaseThatWasProlongedAfterItNorAGrantBeforeIt() {
        loss(11.5);
        term("a", 1, 10, 12.6);
        term("b", 2, 11.6, 15);

        assertThat(judge().violations()).hasSize(1);

        output.clear();
        term("a", 1, 10, 12);
        term("b", 2, 11.4, 15);

        assertThat(judge().violations()).hasSize(1);

        output.clear();
        term("a", 1, 13, 14);
        term("b", 2, 13.5, 15);

        assertThat(judge().violations()).as("both were granted afterwards").hasSize(1);
    }

    @Test
    void aDeadLeaderIsNoLeader() {
        print("a", LeadershipJournal.elected("chaos", 1, "a", nanos(10)));
        print("a", LeadershipJournal.leaseUntil("chaos", 1, "a", nanos(11)));
        chronicle.deaths.add(new Death("a", nanos(10.5), true));
        term("b", 2, 10.6, 12);

        assertThat(judge().violations()).isEmpty();
    }

    @Test
    void aTokenThatDoesNotGrowIsAViolation() {
        term("a", 5, 10, 11);
        term("b", 5, 12, 13);
        term("c", 4, 14, 15);

        assertThat(judge().violations())
                .hasSize(2)
                .allSatisfy(text -> assertThat(text).startsWith("token did not grow: "));
    }

    @Test
    void aGrantThatWasNoticedLateAfterADataLossIsNone() {
        loss(10.2);
        term("b", 5, 10.5, 11);
        term("a", 4, 11.1, 11.15);

        Verdict verdict = judge();

        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.late()).isEqualTo(1);
    }

    @Test
    void whoBelievesInItsTermAfterAStandstillIsFound() {
        chronicle.pauses.add(new Pause("a", nanos(10), nanos(11.5)));
        print("a", "chaos woke " + nanos(9) + " 1 1");
        print("a", "chaos woke " + nanos(11.6) + " 1 1");

        assertThat(judge().violations()).containsExactly("a believed in term 1 after it had stood still for 1500 ms");
    }

    @Test
    void whoKnowsAfterAStandstillOrStoodStillForLessThanItsLeaseIsNot() {
        chronicle.pauses.add(new Pause("a", nanos(10), nanos(11.5)));
        print("a", "chaos woke " + nanos(11.6) + " 1 0");
        chronicle.pauses.add(new Pause("b", nanos(10), nanos(10.9)));
        print("b", "chaos woke " + nanos(11) + " 2 2");

        Verdict verdict = judge();

        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict.woken()).isEqualTo(1);
    }

    @Test
    void writesThatShouldHaveBeenDecidedOtherwiseAreFound() {
        term("a", 1, 10, 11);
        term("b", 2, 12, 13);
        write("b", 2, true);
        write("a", 1, true);
        write("c", 2, true);

        assertThat(judge().violations())
                .containsExactlyInAnyOrder("a wrote with token 1 after 2", "token 2 was written by b and c");
    }

    @Test
    void aRightfulLeaderThatIsRefusedIsFound() {
        term("a", 2, 10, 11);
        term("b", 1, 12, 13);
        write("a", 2, true);
        write("b", 1, false);

        assertThat(judge().violations())
                .hasSize(2)
                .anyMatch(text -> text.contains("was refused because of an earlier"));
    }

    @Test
    void onlyTheLastWordsOfAKilledProcessMayBeCut() {
        print("a", "kernel-term chaos 1");
        chronicle.deaths.add(new Death("a", nanos(10), true));
        assertThat(judge().violations()).isEmpty();

        print("a", "more");
        assertThat(judge().violations()).singleElement().asString().startsWith("a contradicts itself: ");
    }

    @Test
    void whatWasWrongDuringTheRunStaysWrong() {
        chronicle.troubles.add("no leader came");

        assertThat(judge().violations()).containsExactly("no leader came");
    }

    private Verdict judge() {
        return Verdict.of(chronicle, output, writes, Duration.ofNanos(nanos(TRUSTED)));
    }

    private void term(String who, long token, double from, double until) {
        print(who, LeadershipJournal.elected("chaos", token, who, nanos(from)));
        print(who, LeadershipJournal.demoted("chaos", token, who, nanos(until)));
    }

    private void print(String who, String text) {
        List<OutputLine> lines = output.computeIfAbsent(who, name -> new ArrayList<>());
        lines.add(new OutputLine(lines.size() + 1L, text));
    }

    private void loss(double at) {
        chronicle.losses.add(new DataLoss(nanos(at), nanos(at)));
    }

    private void write(String who, long token, boolean accepted) {
        writes.add(new FencedResource.Write(who, token, 0, accepted));
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * 1e9);
    }
}
