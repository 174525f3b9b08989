package io.github.pavelagarkov.kernel.examples.failover;

import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One Redis and the replicas that were ever started, dead ones included: their output counts in the end. */
final class Cluster implements AutoCloseable {
    static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern ELECTED = Pattern.compile(".* elected (-?\\d+)");

    /** A running replica. */
    record Member(String name, JavaProcess process) {
        /** {@return when it was elected, by the clock of this host} */
        long awaitElected(long afterLine) {
            OutputLine line = process.awaitLineAfter(afterLine, "kernel-term .* elected .*", PATIENCE);
            Matcher matcher = ELECTED.matcher(line.text());
            if (!matcher.matches()) {
                throw new IllegalStateException("not an election: " + line.text());
            }
            return Long.parseLong(matcher.group(1));
        }

        OutputLine await(String regex) {
            return process.awaitLine(regex, PATIENCE);
        }

        OutputLine awaitAfter(long line, String regex) {
            return process.awaitLineAfter(line, regex, PATIENCE);
        }

        /** {@return the last line so far, to wait for what comes after} */
        long now() {
            List<OutputLine> lines = process.lines();
            return lines.isEmpty() ? 0 : lines.get(lines.size() - 1).sequence();
        }

        int awaitExit() {
            return process.awaitExit(PATIENCE);
        }
    }

    private final RedisProcess redis = RedisProcess.start();
    private final List<Member> all = new ArrayList<>();
    private final Map<String, Long> killed = new LinkedHashMap<>();

    RedisProcess redis() {
        return redis;
    }

    Member start(String name) {
        JavaProcess process = JavaProcess.of(Replica.class)
                .jvmArgs("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                .systemProperty("demo.redis", redis.uri().toString())
                .systemProperty("kernel.application", "demo")
                .systemProperty("kernel.identity", name)
                .systemProperty("kernel.leader.names", Replica.ELECTION)
                .systemProperty("kernel.leader." + Replica.ELECTION + ".lease", LEASE.toMillis() + "ms")
                .systemProperty("kernel.probes.port", "0")
                .start();
        Member member = new Member(name, process);
        all.add(member);
        return member;
    }

    void kill(Member member) {
        member.process().signal("KILL");
        killed.put(member.name(), System.nanoTime());
        int unused = member.awaitExit();
    }

    LeadershipJournal journal() {
        LeadershipJournal journal = new LeadershipJournal();
        all.forEach(member -> journal.addAll(member.process().lines()));
        killed.forEach(journal::killed);
        return journal;
    }

    /** {@return how many lines of all replicas match} */
    long count(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return all.stream()
                .flatMap(member -> member.process().lines().stream())
                .filter(line -> pattern.matcher(line.text()).matches())
                .count();
    }

    @Override
    public void close() {
        all.forEach(member -> member.process().close());
        redis.close();
    }
}
