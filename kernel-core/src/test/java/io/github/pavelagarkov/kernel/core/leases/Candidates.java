package io.github.pavelagarkov.kernel.core.leases;

import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;

/** The candidates that were ever started, dead ones included: their output counts in the end. */
public final class Candidates implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern LEASE = Pattern.compile("kernel-term .* lease-until (-?\\d+)");

    /** One of them. */
    public record Candidate(String name, JavaProcess process) {
        /** {@return the last line so far, to wait for what comes after} */
        public long now() {
            return process.lines().size();
        }

        public OutputLine awaitAfter(long line, String regex) {
            return process.awaitLineAfter(line, regex, PATIENCE);
        }

        /** {@return whether it has got over what was before: it knows who it is} */
        private boolean isCalm() {
            String status = "";
            for (OutputLine line : process.lines()) {
                status = line.text().startsWith("status ") ? line.text() : status;
            }
            return !process.isAlive() || status.equals("status leader") || status.equals("status Follower");
        }

        private boolean leads() {
            List<OutputLine> lines = process.lines();
            for (int i = lines.size() - 1; i >= 0 && process.isAlive(); i--) {
                Matcher matcher = LEASE.matcher(lines.get(i).text());
                if (matcher.matches()) {
                    return Long.parseLong(matcher.group(1)) - System.nanoTime() > 0;
                }
                if (lines.get(i).text().startsWith("kernel-term")) {
                    return false;
                }
            }
            return false;
        }
    }

    private final Map<String, String> environment;
    private final List<Candidate> all = new ArrayList<>();
    private final Map<String, Long> killed = new LinkedHashMap<>();

    private Candidates(Map<String, String> environment) {
        this.environment = environment;
    }

    public static Candidates in(RedisProcess redis) {
        return new Candidates(Map.of(CandidateMain.STORE, redis.uri().toString()));
    }

    public static Candidates in(PostgresProcess postgres) {
        return new Candidates(Map.of(
                CandidateMain.STORE, postgres.url(),
                CandidateMain.USER, postgres.user(),
                CandidateMain.PASSWORD, postgres.password()));
    }

    public void start() {
        String name = "c" + (all.size() + 1);
        JavaProcess.Builder builder =
                JavaProcess.of(CandidateMain.class).jvmArgs("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
        environment.forEach(builder::env);
        all.add(new Candidate(name, builder.args(name).start()));
    }

    /** Ends a candidate in good order. */
    public void terminate(Candidate candidate) {
        candidate.process().signal("TERM");
        int unused = candidate.process().awaitExit(PATIENCE);
    }

    public void kill(Candidate candidate) {
        candidate.process().signal("KILL");
        int unused = candidate.process().awaitExit(PATIENCE);
        killed.put(candidate.name(), System.nanoTime());
    }

    /** {@return the one that leads, once all have got over what was before} */
    public Candidate awaitLeader() {
        return awaitLeader(candidate -> all.stream().allMatch(Candidate::isCalm));
    }

    /** {@return the one that leads after another} */
    public Candidate awaitSuccessor(Candidate of) {
        return awaitLeader(candidate -> !candidate.equals(of));
    }

    private Candidate awaitLeader(Predicate<Candidate> wanted) {
        try {
            return await().atMost(PATIENCE)
                    .until(
                            () -> all.stream()
                                    .filter(Candidate::leads)
                                    .filter(wanted)
                                    .findFirst(),
                            Optional::isPresent)
                    .orElseThrow();
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("nobody leads in peace: " + history(), e);
        }
    }

    private String history() {
        StringBuilder text = new StringBuilder();
        for (Candidate candidate : all) {
            text.append('\n').append(candidate.name());
            candidate.process().lines().stream()
                    .map(OutputLine::text)
                    .filter(line -> line.matches("(status|woke|demoted) .*|.* elected .*"))
                    .forEach(line -> text.append("\n  ").append(line));
        }
        return text.toString();
    }

    /** Waits until each living candidate has written a line, later than those, that matches. */
    public void awaitEach(Map<Candidate, Long> after, String regex) {
        after.forEach((candidate, line) -> candidate.awaitAfter(line, regex));
    }

    /** {@return the living candidates and their last lines} */
    public Map<Candidate, Long> now() {
        Map<Candidate, Long> lines = new LinkedHashMap<>();
        all.stream()
                .filter(candidate -> candidate.process().isAlive())
                .forEach(candidate -> lines.put(candidate, candidate.now()));
        return lines;
    }

    public LeadershipJournal journal() {
        LeadershipJournal journal = new LeadershipJournal();
        all.forEach(candidate -> journal.addAll(candidate.process().lines()));
        killed.forEach(journal::killed);
        return journal;
    }

    @Override
    public void close() {
        all.forEach(candidate -> candidate.process().close());
    }
}
