package io.github.pavelagarkov.kernel.examples.chaos;

import io.github.pavelagarkov.kernel.examples.chaos.Chronicle.DataLoss;
import io.github.pavelagarkov.kernel.examples.chaos.Chronicle.Death;
import io.github.pavelagarkov.kernel.examples.chaos.Chronicle.Pause;
import io.github.pavelagarkov.kernel.examples.chaos.FencedResource.Write;
import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal;
import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal.Interval;
import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal.Overlap;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges a run by what was promised.
 *
 * @param terms who led when, by the beginning
 * @param violations what must not be
 * @param excused two leaders at once because the store had forgotten the lease of the first: not promised, and counted apart
 * @param excusedNanos for how long, the longest
 * @param late terms that were noticed only after a younger one had begun, in the shadow of a data loss as well
 * @param woken how many looks after a standstill beyond the trusted lease were checked
 * @param accepted writes that the fenced resource took
 * @param refused writes that it did not take
 */
record Verdict(
        List<Interval> terms,
        List<String> violations,
        int excused,
        long excusedNanos,
        int late,
        int woken,
        long accepted,
        long refused) {
    private static final Pattern WOKE = Pattern.compile("chaos woke (-?\\d+) (\\d+) (\\d+)");

    /** What a verdict is found from, and what was found so far. */
    private static final class Court {
        private final Chronicle chronicle;
        private final long trusted;
        private final List<String> violations = new ArrayList<>();
        private int excused;
        private long excusedNanos;
        private int late;
        private int woken;

        Court(Chronicle chronicle, long trusted) {
            this.chronicle = chronicle;
            this.trusted = trusted;
            violations.addAll(chronicle.troubles);
        }

        LeadershipJournal journal(Map<String, List<OutputLine>> output) {
            LeadershipJournal journal = new LeadershipJournal();
            Map<String, Boolean> killed = new HashMap<>();
            chronicle.deaths.forEach(death -> killed.put(death.identity(), death.killed()));
            output.forEach((identity, lines) -> {
                for (int i = 0; i < lines.size(); i++) {
                    try {
                        journal.add(lines.get(i).text());
                    } catch (IllegalArgumentException e) {
                        // The last words of a process that was killed may be cut.
                        if (i < lines.size() - 1 || !killed.getOrDefault(identity, false)) {
                            violations.add(identity + " contradicts itself: " + e.getMessage());
                        }
                    }
                }
            });
            for (Death death : chronicle.deaths) {
                journal.killed(death.identity(), death.nanos());
            }
            return journal;
        }

        void overlaps(LeadershipJournal journal) {
            for (Overlap overlap : journal.overlaps()) {
                Interval a = overlap.first();
                Interval b = overlap.second();
                boolean inOrder = a.token() < b.token();
                Interval old = inOrder ? a : b;
                Interval young = inOrder ? b : a;
                long nanos = overlap.nanos().orElse(Long.MAX_VALUE);
                if (a.token() != b.token() && overlap.nanos().isPresent() && isExcused(old, young, b.from() + nanos)) {
                    excused++;
                    excusedNanos = Math.max(excusedNanos, nanos);
                } else {
                    violations.add("two led at once for " + nanos / 1_000 + " us: " + text(a) + " and " + text(b));
                }
            }
        }

        /**
         * The old lease was granted before the store forgot it, so nobody could prolong it afterwards, and it was trusted for
         * its time from then on at the longest; the young one was granted afterwards.
         */
        private boolean isExcused(Interval old, Interval young, long end) {
            return chronicle.losses.stream()
                    .anyMatch(loss -> old.from() - trusted - loss.until() <= 0
                            && young.from() - loss.from() >= 0
                            && end - trusted - loss.until() <= 0);
        }

        void tokens(List<Interval> terms) {
            for (int i = 1; i < terms.size(); i++) {
                Interval before = terms.get(i - 1);
                Interval after = terms.get(i);
                if (before.token() < after.token()) {
                    continue;
                }
                // Granted first and noticed last: only a lease that the store had forgotten can be noticed so late.
                if (before.token() > after.token() && lossBetween(after.from() - trusted, after.from())) {
                    late++;
                } else {
                    violations.add("token did not grow: " + text(before) + ", then " + text(after));
                }
            }
        }

        private boolean lossBetween(long from, long until) {
            return chronicle.losses.stream()
                    .anyMatch((DataLoss loss) -> loss.until() - from >= 0 && until - loss.from() >= 0);
        }

        /** A lease that was trusted before a standstill of that length cannot be the one that is trusted after it. */
        void pauses(Map<String, List<OutputLine>> output) {
            for (Pause pause : chronicle.pauses) {
                if (pause.until() - pause.from() > trusted) {
                    firstLook(pause, output.getOrDefault(pause.identity(), List.of()))
                            .ifPresent(look -> {
                                woken++;
                                long before = Long.parseLong(look.group(2));
                                if (before != 0 && before == Long.parseLong(look.group(3))) {
                                    violations.add(pause.identity() + " believed in term " + before
                                            + " after it had stood still for "
                                            + (pause.until() - pause.from()) / 1_000_000 + " ms");
                                }
                            });
                }
            }
        }

        private static Optional<Matcher> firstLook(Pause pause, List<OutputLine> lines) {
            return lines.stream()
                    .map(line -> WOKE.matcher(line.text()))
                    .filter(Matcher::matches)
                    .filter(look -> Long.parseLong(look.group(1)) - pause.until() >= 0)
                    .findFirst();
        }

        void writes(List<Write> writes, List<Interval> terms) {
            Map<Long, String> owners = new HashMap<>();
            Map<Long, Interval> byToken = new HashMap<>();
            terms.forEach(term -> byToken.put(term.token(), term));
            long seen = 0;
            for (Write write : writes) {
                String owner = owners.putIfAbsent(write.token(), write.identity());
                if (owner != null && !owner.equals(write.identity())) {
                    violations.add("token " + write.token() + " was written by " + owner + " and " + write.identity());
                }
                if (write.accepted() && write.token() < seen) {
                    violations.add(write.identity() + " wrote with token " + write.token() + " after " + seen);
                }
                if (!write.accepted()) {
                    refused(write, seen, byToken);
                }
                seen = Math.max(seen, write.token());
            }
        }

        /** To refuse the only leader there is would be as wrong as to accept an old one. */
        private void refused(Write write, long seen, Map<Long, Interval> byToken) {
            Interval mine = byToken.get(write.token());
            Interval younger = byToken.get(seen);
            if (mine != null
                    && younger != null
                    && mine.from() - younger.from() > 0
                    && !lossBetween(mine.from() - trusted, mine.from())) {
                violations.add(text(mine) + " was refused because of an earlier term: " + text(younger));
            }
        }

        private static String text(Interval term) {
            return term.identity() + " with token " + term.token() + " from " + term.from();
        }
    }

    /**
     * Judges.
     *
     * @param chronicle what happened
     * @param output what each process printed, by identity
     * @param writes what the fenced resource decided, in order
     * @param trusted how long a leader trusts its lease
     */
    static Verdict of(Chronicle chronicle, Map<String, List<OutputLine>> output, List<Write> writes, Duration trusted) {
        Court court = new Court(chronicle, trusted.toNanos());
        LeadershipJournal journal = court.journal(output);
        List<Interval> terms = journal.intervals();
        court.overlaps(journal);
        court.tokens(terms);
        court.pauses(output);
        court.writes(writes, terms);
        long accepted = writes.stream().filter(Write::accepted).count();
        return new Verdict(
                terms,
                List.copyOf(court.violations),
                court.excused,
                court.excusedNanos,
                court.late,
                court.woken,
                accepted,
                writes.size() - accepted);
    }
}
