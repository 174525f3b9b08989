package io.github.pavelagarkov.kernel.examples.failover;

import io.github.pavelagarkov.kernel.examples.failover.Cluster.Member;
import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Directs two replicas through everything that happens to a leader, and shows how long each hand-over took.
 *
 * <p>Exit code 0 if nobody ever led beside another and no stale write was accepted, 1 otherwise.
 */
final class Failover {
    private static final Duration STOPPED = Cluster.LEASE.plusMillis(1_500);
    /** Longer than a leader trusts its lease: a Redis that came back empty sooner would grant it to another meanwhile. */
    private static final Duration REDIS_DOWN = Cluster.LEASE;

    private record Row(String event, String took, String note) {}

    private final Timeline timeline = new Timeline();
    private final List<Row> rows = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final Cluster cluster;

    private Failover(Cluster cluster) {
        this.cluster = cluster;
    }

    public static void main(String[] args) throws Exception {
        System.exit(succeeds() ? 0 : 1);
    }

    /** {@return whether everything went as it should} */
    static boolean succeeds() throws InterruptedException {
        try (Cluster cluster = new Cluster()) {
            return new Failover(cluster).play();
        }
    }

    private boolean play() throws InterruptedException {
        timeline.text("kernel failover: two replicas, one Redis, election '" + Replica.ELECTION + "', lease "
                + Cluster.LEASE.toMillis() + " ms");
        timeline.chapter("1  Start");
        timeline.act("redis-server on port " + cluster.redis().port() + ", pid "
                + cluster.redis().pid());
        Member a = cluster.start("replica-a");
        long unused = a.awaitElected(0);
        timeline.seen("replica-a leads");
        Member b = follower("replica-b");
        Member a2 = gracefulHandOver(a, b);
        Member b2 = crash(b, a2);
        pause(a2, b2);
        restartRedis(a2, b2);
        stopAll(a2, b2);
        return summary();
    }

    private Member follower(String name) {
        Member member = cluster.start(name);
        var unused = member.await("demo ready");
        timeline.seen(name + " is ready and follows");
        return member;
    }

    private Member gracefulHandOver(Member leader, Member next) {
        timeline.chapter("2  SIGTERM to the leader: stop the work, release the lease, hand over");
        long line = next.now();
        long signalled = System.nanoTime();
        leader.process().signal("TERM");
        timeline.act("SIGTERM " + leader.name());
        long elected = next.awaitElected(line);
        timeline.seen(next.name() + " leads, " + millis(elected - signalled) + " after the signal");
        expect(leader.awaitExit() == 143, leader.name() + " should exit with 143");
        report(leader);
        long gap = lastGap();
        rows.add(new Row("graceful (SIGTERM)", millis(elected - signalled), "nobody led for " + millis(gap)));
        return follower("replica-a2");
    }

    private Member crash(Member leader, Member next) {
        timeline.chapter("3  kill -9: nobody says goodbye, the lease has to run out");
        long line = next.now();
        long killed = System.nanoTime();
        cluster.kill(leader);
        timeline.act("kill -9 " + leader.name());
        long elected = next.awaitElected(line);
        timeline.seen(next.name() + " leads, " + millis(elected - killed) + " after the kill");
        expect(
                elected - killed
                        <= Cluster.LEASE.toNanos() + Duration.ofSeconds(1).toNanos(),
                "a crash should cost no more than the lease");
        rows.add(new Row(
                "crash (kill -9)",
                millis(elected - killed),
                "the rest of a lease of " + Cluster.LEASE.toMillis() + " ms"));
        return follower("replica-b2");
    }

    private void pause(Member leader, Member next) throws InterruptedException {
        timeline.chapter("4  SIGSTOP beyond the lease, then SIGCONT: the old leader wakes up in another's term");
        long line = next.now();
        long woken = leader.now();
        long stopped = System.nanoTime();
        leader.process().signal("STOP");
        timeline.act("SIGSTOP " + leader.name());
        long elected = next.awaitElected(line);
        timeline.seen(next.name() + " leads, " + millis(elected - stopped) + " after the stop");
        waitUntil(stopped + STOPPED.toNanos());
        leader.process().signal("CONT");
        timeline.act("SIGCONT " + leader.name());
        OutputLine woke = leader.awaitAfter(woken, "demo woke .*");
        timeline.seen(leader.name() + " " + woke.text().substring("demo ".length()));
        expect(woke.text().contains("isLeader=false"), "a woken leader must know at once that it no longer leads");
        expect(woke.text().contains("late-write=refused"), "a late write must be refused");
        var demoted = leader.awaitAfter(woken, "demo demoted .*");
        timeline.seen(leader.name() + " stopped its work: " + demoted.text().substring("demo demoted ".length()));
        rows.add(new Row("pause (SIGSTOP)", millis(elected - stopped), "late write refused by its token"));
    }

    private void restartRedis(Member a, Member b) throws InterruptedException {
        timeline.chapter("5  Redis is killed, stays away for a lease, and comes back empty");
        long lineA = a.now();
        long lineB = b.now();
        cluster.redis().kill();
        timeline.act("kill -9 redis-server");
        waitUntil(System.nanoTime() + REDIS_DOWN.toNanos());
        timeline.seen("nobody leads: a lease that cannot be renewed runs out by the leader's own clock");
        long back = System.nanoTime();
        cluster.redis().restart();
        timeline.act("redis-server is back, without data");
        long elected = firstElected(a, lineA, b, lineB);
        timeline.seen("a leader again, " + millis(elected - back) + " after Redis was started, with a greater token");
        rows.add(new Row("Redis lost", millis(elected - back), "tokens go on growing without data"));
    }

    private static long firstElected(Member a, long lineA, Member b, long lineB) {
        long giveUp = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < giveUp) {
            for (Member member : List.of(a, b)) {
                long after = member.equals(a) ? lineA : lineB;
                boolean elected = member.process().lines().stream()
                        .anyMatch(line -> line.sequence() > after && line.text().contains(" elected "));
                if (elected) {
                    return member.awaitElected(after);
                }
            }
            Thread.onSpinWait();
        }
        throw new IllegalStateException("nobody was elected after Redis came back");
    }

    private void stopAll(Member... members) {
        timeline.chapter("6  SIGTERM to all");
        for (Member member : members) {
            member.process().signal("TERM");
            timeline.act("SIGTERM " + member.name());
        }
        for (Member member : members) {
            expect(member.awaitExit() == 143, member.name() + " should exit with 143");
            report(member);
        }
    }

    /** Shows what the replica's own log says about its end. */
    private void report(Member member) {
        member.process().lines().stream()
                .map(OutputLine::text)
                .filter(text -> text.startsWith("log ") && text.contains("shutdown"))
                .forEach(text -> timeline.log(member.name(), text.substring("log ".length())));
    }

    private boolean summary() {
        LeadershipJournal journal = cluster.journal();
        long stale = cluster.count("demo woke .* late-write=accepted");
        long refused = cluster.count("demo woke .* late-write=refused");
        expect(journal.overlaps().isEmpty(), "two leaders at once: " + journal.overlaps());
        expect(journal.tokensIncrease(), "fencing tokens must increase: " + journal.intervals());
        expect(stale == 0, stale + " stale writes were accepted");
        expect(refused > 0, "no stale write was even tried");
        timeline.chapter("Summary");
        String format = "  %-22s %12s   %s";
        timeline.text(String.format(Locale.ROOT, format, "event", "hand-over", ""));
        rows.forEach(row -> timeline.text(String.format(Locale.ROOT, format, row.event(), row.took(), row.note())));
        timeline.text("");
        timeline.text(
                String.format(Locale.ROOT, format, "terms", journal.intervals().size(), ""));
        timeline.text(String.format(
                Locale.ROOT, format, "heartbeats accepted", cluster.count("demo heartbeat .* accepted"), ""));
        timeline.text(
                String.format(Locale.ROOT, format, "overlap", journal.overlaps().size(), "two leaders at once"));
        timeline.text(String.format(Locale.ROOT, format, "stale writes", stale, "accepted, of " + refused + " tried"));
        timeline.text("");
        faults.forEach(timeline::wrong);
        timeline.text(faults.isEmpty() ? "  All as it should be." : "  " + faults.size() + " thing(s) went wrong.");
        return faults.isEmpty();
    }

    private long lastGap() {
        List<LeadershipJournal.HandOver> all = cluster.journal().handOvers();
        return all.isEmpty() ? 0 : all.get(all.size() - 1).nanos();
    }

    private void expect(boolean holds, String otherwise) {
        if (!holds) {
            faults.add(otherwise);
            timeline.wrong(otherwise);
        }
    }

    private static void waitUntil(long nanos) throws InterruptedException {
        KernelClock clock = KernelClock.system();
        while (clock.nanoTime() - nanos < 0) {
            clock.park(nanos);
        }
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
}
