package io.github.pavelagarkov.kernel.tck.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LeadershipJournalTest {
    private final LeadershipJournal journal = new LeadershipJournal();

    @Test
    void termsThatTouchDoNotOverlap() {
        term("cron", 1, "a", 100, 200);
        term("cron", 2, "b", 200, 300);

        assertThat(journal.overlaps()).isEmpty();
        assertThat(journal.tokensIncrease()).isTrue();
        assertThat(journal.handOvers()).singleElement().satisfies(gap -> {
            assertThat(gap.nanos()).isZero();
            assertThat(gap.from().identity()).isEqualTo("a");
            assertThat(gap.to().identity()).isEqualTo("b");
        });
    }

    @Test
    void oneNanosecondTogetherIsAnOverlap() {
        term("cron", 1, "a", 100, 201);
        term("cron", 2, "b", 200, 300);

        assertThat(journal.overlaps()).singleElement().satisfies(overlap -> {
            assertThat(overlap.first().identity()).isEqualTo("a");
            assertThat(overlap.second().identity()).isEqualTo("b");
            assertThat(overlap.nanos()).hasValue(1);
        });
        assertThat(journal.handOvers()).isEmpty();
    }

    @Test
    void electionsAreIndependent() {
        term("cron", 1, "a", 100, 200);
        term("mail", 1, "b", 100, 200);

        assertThat(journal.overlaps()).isEmpty();
        assertThat(journal.tokensIncrease()).isTrue();
    }

    @Test
    void aTermWithoutAnEndGoesOnForEver() {
        journal.add(LeadershipJournal.elected("cron", 1, "a", 100));
        journal.add(LeadershipJournal.elected("cron", 2, "b", 1_000_000));

        assertThat(journal.overlaps())
                .singleElement()
                .satisfies(overlap -> assertThat(overlap.nanos()).isEmpty());
    }

    @Test
    void deathEndsTheTermsOfAProcess() {
        journal.add(LeadershipJournal.elected("cron", 1, "a", 100));
        journal.add(LeadershipJournal.elected("mail", 1, "a", 120));
        journal.killed("a", 150);
        journal.add(LeadershipJournal.elected("cron", 2, "b", 160));

        assertThat(journal.overlaps()).isEmpty();
        assertThat(journal.intervals())
                .filteredOn(term -> term.identity().equals("a"))
                .extracting(term -> term.until())
                .containsExactly(OptionalLong.of(150), OptionalLong.of(150));
        assertThat(journal.handOvers())
                .singleElement()
                .satisfies(gap -> assertThat(gap.nanos()).isEqualTo(10));
    }

    @Test
    void aFrozenProcessLedNoLongerThanItsLastLease() {
        journal.add(LeadershipJournal.elected("cron", 1, "a", 100));
        journal.add(LeadershipJournal.leaseUntil("cron", 1, "a", 110));
        journal.add(LeadershipJournal.leaseUntil("cron", 1, "a", 140));
        term("cron", 2, "b", 150, 160);
        journal.add(LeadershipJournal.demoted("cron", 1, "a", 900));

        assertThat(journal.overlaps()).isEmpty();
        assertThat(journal.intervals().get(0).until()).hasValue(140);
    }

    @Test
    void aDemotionBeforeTheLeaseDeadlineEndsTheTerm() {
        journal.add(LeadershipJournal.elected("cron", 1, "a", 100));
        journal.add(LeadershipJournal.leaseUntil("cron", 1, "a", 500));
        journal.add(LeadershipJournal.demoted("cron", 1, "a", 200));

        assertThat(journal.intervals().get(0).until()).hasValue(200);
    }

    @Test
    void aTokenThatDoesNotGrowIsSeen() {
        term("cron", 2, "a", 100, 200);
        term("cron", 2, "b", 200, 300);

        assertThat(journal.tokensIncrease()).isFalse();
    }

    @Test
    void otherLinesArePassedOverAndBrokenOnesAreNot() {
        journal.add("started in 1.2 s");

        assertThat(journal.intervals()).isEmpty();
        assertThatThrownBy(() -> journal.add("kernel-term cron 1 a elec"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("journal line is not a whole journal line: 'kernel-term cron 1 a elec'");
        assertThatThrownBy(() -> journal.add("WARN xkernel-term cron 1 a elected 5"))
                .hasMessageContaining("not a whole journal line");
    }

    @Test
    void contradictionsAreRefused() {
        term("cron", 1, "a", 100, 200);

        assertThatThrownBy(() -> journal.add(LeadershipJournal.elected("cron", 1, "a", 300)))
                .hasMessageContaining("elects a second time");
        assertThatThrownBy(() -> journal.add(LeadershipJournal.demoted("cron", 1, "a", 300)))
                .hasMessageContaining("demotes a second time");
        assertThatThrownBy(() -> journal.add(LeadershipJournal.leaseUntil("cron", 1, "a", 300)))
                .hasMessageContaining("prolongs a term that has ended");
        assertThatThrownBy(() -> journal.add(LeadershipJournal.demoted("cron", 7, "a", 300)))
                .hasMessageContaining("was not elected");
        journal.killed("a", 99);
        assertThatThrownBy(journal::overlaps).hasMessageContaining("after its death");
    }

    @Test
    void agreesWithBruteForceOnRandomJournals() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            LeadershipJournal subject = randomJournal(random);
            List<LeadershipJournal.Interval> terms = subject.intervals();

            Set<Set<LeadershipJournal.Interval>> overlapping = new HashSet<>();
            subject.overlaps().forEach(pair -> overlapping.add(Set.of(pair.first(), pair.second())));

            assertThat(overlapping).as("overlaps of seed %d: %s", seed, terms).isEqualTo(overlapsByInstants(terms));
            assertThat(subject.tokensIncrease())
                    .as("tokens of seed %d: %s", seed, terms)
                    .isEqualTo(tokensIncreaseByPairs(terms));
            assertThat(subject.handOvers().stream()
                            .collect(Collectors.toMap(
                                    LeadershipJournal.HandOver::to, LeadershipJournal.HandOver::nanos)))
                    .as("gaps of seed %d: %s", seed, terms)
                    .isEqualTo(gapsByInstants(terms));
        }
    }

    private static LeadershipJournal randomJournal(Random random) {
        LeadershipJournal made = new LeadershipJournal();
        // Seen from an origin near the overflow, so that a comparison without subtraction fails.
        long origin = Long.MAX_VALUE - 20;
        int count = random.nextInt(7);
        for (int i = 0; i < count; i++) {
            String election = random.nextInt(4) == 0 ? "mail" : "cron";
            String identity = "p" + i;
            long token = random.nextInt(5) == 0 ? random.nextInt(count) : i;
            long from = origin + random.nextInt(30);
            made.add(LeadershipJournal.elected(election, token, identity, from));
            if (random.nextInt(3) == 0) {
                made.add(LeadershipJournal.leaseUntil(election, token, identity, from + random.nextInt(8)));
            }
            if (random.nextInt(5) != 0) {
                made.add(LeadershipJournal.demoted(election, token, identity, from + random.nextInt(8)));
            }
            if (random.nextInt(4) == 0) {
                made.killed(identity, from + random.nextInt(8));
            }
        }
        return made;
    }

    private static Set<Set<LeadershipJournal.Interval>> overlapsByInstants(List<LeadershipJournal.Interval> terms) {
        Set<Set<LeadershipJournal.Interval>> pairs = new HashSet<>();
        for (LeadershipJournal.Interval a : terms) {
            for (LeadershipJournal.Interval b : terms) {
                if (!a.equals(b)
                        && a.election().equals(b.election())
                        && instants(a).anyMatch(i -> leads(b, i))) {
                    pairs.add(Set.of(a, b));
                }
            }
        }
        return pairs;
    }

    private static LongStream instants(LeadershipJournal.Interval term) {
        return LongStream.range(0, 60).map(i -> term.from() + i).filter(i -> leads(term, i));
    }

    private static boolean leads(LeadershipJournal.Interval term, long instant) {
        return instant - term.from() >= 0
                && (term.until().isEmpty() || instant - term.until().getAsLong() < 0);
    }

    private static boolean tokensIncreaseByPairs(List<LeadershipJournal.Interval> terms) {
        for (LeadershipJournal.Interval a : terms) {
            for (LeadershipJournal.Interval b : terms) {
                boolean later = b.from() - a.from() > 0;
                boolean sameInstant = !a.equals(b) && b.from() == a.from();
                if (a.election().equals(b.election())
                        && ((later && b.token() <= a.token()) || (sameInstant && b.token() == a.token()))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Counts the instants without a leader right before each term. */
    private static Map<LeadershipJournal.Interval, Long> gapsByInstants(List<LeadershipJournal.Interval> terms) {
        Map<LeadershipJournal.Interval, Long> gaps = new HashMap<>();
        for (LeadershipJournal.Interval term : terms) {
            List<LeadershipJournal.Interval> earlier = terms.subList(0, terms.indexOf(term)).stream()
                    .filter(other -> other.election().equals(term.election()))
                    .toList();
            if (!earlier.isEmpty() && earlier.stream().noneMatch(other -> leads(other, term.from()))) {
                long gap = 0;
                while (!endsAt(earlier, term.from() - gap)) {
                    gap++;
                }
                gaps.put(term, gap);
            }
        }
        return gaps;
    }

    private static boolean endsAt(List<LeadershipJournal.Interval> terms, long instant) {
        return terms.stream().anyMatch(term -> term.until().getAsLong() == instant);
    }

    private void term(String election, long token, String identity, long from, long until) {
        journal.add(LeadershipJournal.elected(election, token, identity, from));
        journal.add(LeadershipJournal.demoted(election, token, identity, until));
    }
}
