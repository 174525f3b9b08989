package io.github.pavelagarkov.kernel.tck.process;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Collects who led when, from several processes of one host, and tells exactly whether two ever led at once.
 *
 * <p>The processes print lines, which {@link #elected}, {@link #demoted} and {@link #leaseUntil} make; a test adds them here
 * in any order of processes, and for each process in the order in which it printed them. All times are
 * {@link System#nanoTime()}, which on Linux is one clock for all processes of a host and goes on while a process is stopped.
 *
 * <p>A term begins when it is elected and ends at the earliest of: the point at which its process printed that it is
 * demoted, the last lease deadline that was printed for it, and the death of its process. It includes its first instant and
 * not its last. A term without an end goes on for ever.
 *
 * <p>Not thread-safe: to be filled when the processes have written.
 */
public final class LeadershipJournal {
    private static final Pattern LINE = Pattern.compile(
            "kernel-term (?<election>\\S+) (?<token>\\d+) (?<identity>\\S+) (?<what>elected|demoted|lease-until) (?<nanos>-?\\d+)");

    /**
     * A term as far as it is known.
     *
     * @param election the name of the election
     * @param token the fencing token
     * @param identity who led
     * @param from its first instant
     * @param until the first instant after it; empty while it has no end
     */
    public record Interval(String election, long token, String identity, long from, OptionalLong until) {}

    /**
     * Two terms of one election at one time.
     *
     * @param first the one that began first
     * @param second the other
     * @param nanos for how long; empty if neither has an end
     */
    public record Overlap(Interval first, Interval second, OptionalLong nanos) {}

    /**
     * Two terms of which the second followed the first.
     *
     * @param from the term that ended
     * @param to the next one
     * @param nanos the time without a leader between them; zero or positive
     */
    public record HandOver(Interval from, Interval to, long nanos) {}

    private record Key(String election, long token, String identity) {}

    private static final class Marks {
        final long elected;
        OptionalLong demoted = OptionalLong.empty();
        OptionalLong lease = OptionalLong.empty();

        Marks(long elected) {
            this.elected = elected;
        }
    }

    private final Map<Key, Marks> terms = new LinkedHashMap<>();
    private final Map<String, Long> deaths = new LinkedHashMap<>();

    /** Creates an empty journal. */
    public LeadershipJournal() {}

    /** {@return the line that a process prints when it is elected}
     *
     * @param election the name of the election
     * @param token the fencing token
     * @param identity of the process
     * @param nanos when its leadership began, not later than it was told so
     */
    public static String elected(String election, long token, String identity, long nanos) {
        return line(election, token, identity, "elected", nanos);
    }

    /** {@return the line that a process prints when its work under this term has ended}
     *
     * @param election the name of the election
     * @param token the fencing token
     * @param identity of the process
     * @param nanos when it ended
     */
    public static String demoted(String election, long token, String identity, long nanos) {
        return line(election, token, identity, "demoted", nanos);
    }

    /** {@return the line that a process prints when its lease is prolonged: it leads no longer than this without another}
     *
     * @param election the name of the election
     * @param token the fencing token
     * @param identity of the process
     * @param nanos the point at which it stops by itself, also if it was frozen meanwhile
     */
    public static String leaseUntil(String election, long token, String identity, long nanos) {
        return line(election, token, identity, "lease-until", nanos);
    }

    private static String line(String election, long token, String identity, String what, long nanos) {
        return "kernel-term " + election + " " + token + " " + identity + " " + what + " " + nanos;
    }

    /**
     * Adds what one process wrote. Lines about other things are passed over.
     *
     * @param lines in the order in which the process wrote them
     * @throws IllegalArgumentException if a line contradicts an earlier one or begins as ours and is none
     */
    public void addAll(List<OutputLine> lines) {
        lines.forEach(line -> add(line.text()));
    }

    /**
     * Adds a line. One about other things is passed over.
     *
     * @param text the line
     * @throws IllegalArgumentException if it contradicts an earlier one or begins as ours and is none
     */
    public void add(String text) {
        Matcher matcher = LINE.matcher(text.strip());
        if (!matcher.matches()) {
            // A line that was cut or mixed with another must not be lost: it may be the one that shows the overlap.
            require(!text.contains("kernel-term "), "is not a whole journal line", text);
            return;
        }
        Key key = new Key(matcher.group("election"), Long.parseLong(matcher.group("token")), matcher.group("identity"));
        long nanos = Long.parseLong(matcher.group("nanos"));
        switch (matcher.group("what")) {
            case "elected" -> require(terms.putIfAbsent(key, new Marks(nanos)) == null, "elects a second time", text);
            case "demoted" -> {
                Marks marks = marks(key, nanos, text);
                require(marks.demoted.isEmpty(), "demotes a second time", text);
                marks.demoted = OptionalLong.of(nanos);
            }
            default -> {
                Marks marks = marks(key, nanos, text);
                require(marks.demoted.isEmpty(), "prolongs a term that has ended", text);
                marks.lease = OptionalLong.of(nanos);
            }
        }
    }

    private Marks marks(Key key, long nanos, String text) {
        Marks marks = terms.get(key);
        if (marks == null) {
            throw new IllegalArgumentException("journal line is about a term that was not elected: '" + text + "'");
        }
        require(nanos - marks.elected >= 0, "ends a term before it began", text);
        return marks;
    }

    private static void require(boolean holds, String problem, String text) {
        if (!holds) {
            throw new IllegalArgumentException("journal line " + problem + ": '" + text + "'");
        }
    }

    /**
     * Marks the death of a process: none of its terms goes on after it.
     *
     * @param identity of the process
     * @param nanos the clock, read after the process was seen to be gone
     */
    public void killed(String identity, long nanos) {
        deaths.put(identity, nanos);
    }

    /** {@return all terms, by election and then by their beginning} */
    public List<Interval> intervals() {
        List<Interval> all = new ArrayList<>();
        byElection().values().forEach(all::addAll);
        return List.copyOf(all);
    }

    private Map<String, List<Interval>> byElection() {
        Map<String, List<Interval>> elections = new TreeMap<>();
        terms.forEach((key, marks) -> elections
                .computeIfAbsent(key.election(), name -> new ArrayList<>())
                .add(new Interval(key.election(), key.token(), key.identity(), marks.elected, end(key, marks))));
        Comparator<Interval> byBeginning = (a, b) -> Long.signum(a.from() - b.from());
        elections.values().forEach(terms -> terms.sort(byBeginning.thenComparingLong(Interval::token)));
        return elections;
    }

    private OptionalLong end(Key key, Marks marks) {
        OptionalLong end = earlier(marks.demoted, marks.lease);
        Long death = deaths.get(key.identity());
        if (death != null) {
            if (death - marks.elected < 0) {
                throw new IllegalArgumentException(
                        "journal has '" + key.identity() + "' elected to '" + key.election() + "' after its death");
            }
            end = earlier(end, OptionalLong.of(death));
        }
        return end;
    }

    private static OptionalLong earlier(OptionalLong a, OptionalLong b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.isEmpty() ? b : a;
        }
        return a.getAsLong() - b.getAsLong() <= 0 ? a : b;
    }

    /** {@return every two terms of one election that shared an instant; empty is what a test wants} */
    public List<Overlap> overlaps() {
        List<Overlap> found = new ArrayList<>();
        for (List<Interval> terms : byElection().values()) {
            for (int i = 0; i < terms.size(); i++) {
                Interval first = terms.get(i);
                // Sorted by beginning: after the first that begins too late, all do.
                for (int j = i + 1;
                        j < terms.size() && covers(first, terms.get(j).from());
                        j++) {
                    overlap(first, terms.get(j)).ifPresent(found::add);
                }
            }
        }
        return List.copyOf(found);
    }

    private static boolean covers(Interval term, long point) {
        return term.until().isEmpty() || point - term.until().getAsLong() < 0;
    }

    private static Optional<Overlap> overlap(Interval first, Interval second) {
        OptionalLong end = earlier(first.until(), second.until());
        if (end.isEmpty()) {
            return Optional.of(new Overlap(first, second, OptionalLong.empty()));
        }
        long shared = end.getAsLong() - second.from();
        return shared > 0 ? Optional.of(new Overlap(first, second, OptionalLong.of(shared))) : Optional.empty();
    }

    /** {@return whether, in each election, a term that began later has the greater token} */
    public boolean tokensIncrease() {
        return byElection().values().stream().allMatch(LeadershipJournal::increases);
    }

    private static boolean increases(List<Interval> terms) {
        for (int i = 1; i < terms.size(); i++) {
            if (terms.get(i - 1).token() >= terms.get(i).token()) {
                return false;
            }
        }
        return true;
    }

    /** {@return for each term but an election's first how long nobody had led before it; without those that overlap} */
    public List<HandOver> handOvers() {
        List<HandOver> found = new ArrayList<>();
        for (List<Interval> terms : byElection().values()) {
            for (int i = 1; i < terms.size(); i++) {
                Interval before = lastToEnd(terms.subList(0, i));
                long from = terms.get(i).from();
                if (!covers(before, from)) {
                    found.add(new HandOver(
                            before, terms.get(i), from - before.until().orElse(from)));
                }
            }
        }
        return List.copyOf(found);
    }

    private static Interval lastToEnd(List<Interval> terms) {
        Interval last = terms.get(0);
        for (Interval term : terms) {
            if (last.until().isPresent() && covers(term, last.until().getAsLong())) {
                last = term;
            }
        }
        return last;
    }
}
