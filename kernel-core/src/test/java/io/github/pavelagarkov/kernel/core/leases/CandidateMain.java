package io.github.pavelagarkov.kernel.core.leases;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.leader.LeaseLeaderElector;
import io.github.pavelagarkov.kernel.core.internal.leader.OverrunHandler;
import io.github.pavelagarkov.kernel.core.postgres.PostgresLeaseStore;
import io.github.pavelagarkov.kernel.core.postgres.PostgresLeases;
import io.github.pavelagarkov.kernel.core.postgres.PostgresSettings;
import io.github.pavelagarkov.kernel.core.redis.RedisConnection;
import io.github.pavelagarkov.kernel.core.redis.RedisKeys;
import io.github.pavelagarkov.kernel.core.redis.RedisLeaseStore;
import io.github.pavelagarkov.kernel.core.redis.RedisSettings;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * One candidate in a JVM of its own. Prints the marks of {@link LeadershipJournal}, {@code status …} whenever it changes, and
 * {@code woke …} after a pause of this process.
 */
public final class CandidateMain implements LeadershipListener {
    public static final String ELECTION = "billing";
    public static final Duration LEASE = Duration.ofSeconds(2);
    /** Environment: where the leases are, {@code redis://…} or {@code jdbc:postgresql://…}. */
    static final String STORE = "TEST_STORE";

    static final String USER = "TEST_STORE_USER";
    static final String PASSWORD = "TEST_STORE_PASSWORD";
    private static final Duration PATIENCE = Duration.ofMillis(300);
    /** Prefix of the keys. */
    private static final String APPLICATION = "faults";

    private static final LeaseTiming TIMING = LeaseTiming.ofLease(LEASE);
    private static final Duration CHANGE = Duration.ofMillis(1);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration LONG_PAUSE = Duration.ofSeconds(1);

    private final String name;
    private final KernelClock clock = KernelClock.system();
    private volatile @Nullable Election election;
    private @Nullable Thread work;

    private CandidateMain(String name) {
        this.name = name;
    }

    public static void main(String[] args) throws InterruptedException {
        CandidateMain candidate = new CandidateMain(args[0]);
        LeaseLeaderElector elector = LeaseLeaderElector.create(
                store(System.getenv(STORE), candidate.clock),
                candidate.name,
                candidate.clock,
                KernelThreads.system(),
                Events.none(),
                OverrunHandler.none());
        Election election =
                elector.join(ElectionSpec.builder(ELECTION).timing(TIMING).build(), candidate);
        candidate.election = election;
        // A graceful end: the work stops, the lease is given back, the next leader is told.
        Runtime.getRuntime().addShutdownHook(KernelThreads.system().newThread("end", () -> {
            System.out.println("closing " + System.nanoTime());
            elector.close();
        }));
        candidate.watch(election);
    }

    private static LeaseStore store(String url, KernelClock clock) {
        ThreadFactory threads = task -> KernelThreads.system().newThread("store", task);
        if (url.startsWith("jdbc:")) {
            PostgresSettings settings = PostgresSettings.of(url)
                    .withCredentials(System.getenv(USER), System.getenv(PASSWORD))
                    .withConnectTimeout(PATIENCE);
            PostgresLeases leases = PostgresLeases.of(APPLICATION).withAttempt(TIMING.attempt());
            return PostgresLeaseStore.open(settings, leases, clock, threads);
        }
        RedisSettings settings = RedisSettings.of(url).withTimeouts(PATIENCE, PATIENCE);
        return RedisLeaseStore.over(RedisConnection.open(settings, clock, threads), RedisKeys.kernel(APPLICATION));
    }

    /** Marks the lease more often than it is renewed, tells changes, and asks first of all after a pause. */
    private void watch(Election election) throws InterruptedException {
        String told = "";
        while (true) {
            long asleep = clock.nanoTime();
            clock.park(asleep + LOOK.toNanos());
            boolean leads = election.isLeader();
            long slept = clock.nanoTime() - asleep;
            if (slept > LONG_PAUSE.toNanos()) {
                System.out.println(
                        "woke isLeader=" + leads + " term=" + election.term().isPresent());
            }
            String status = describe(election.status());
            if (!status.equals(told)) {
                System.out.println("status " + status);
                told = status;
            }
        }
    }

    private static String describe(LeadershipStatus status) {
        if (status instanceof LeadershipStatus.Leader leader) {
            return "leader"
                    + leader.trouble()
                            .map(trouble -> ", trouble: " + trouble.getMessage())
                            .orElse("");
        }
        return status instanceof LeadershipStatus.Unknown unknown
                ? "unknown: " + unknown.cause().getMessage()
                : status.getClass().getSimpleName();
    }

    @Override
    public void onElected(LeaderScope scope) {
        long token = scope.term().fencingToken();
        System.out.println(LeadershipJournal.elected(ELECTION, token, name, System.nanoTime()));
        work = KernelThreads.system().newThread("work", () -> work(scope));
        work.start();
    }

    /** Works as long as the lease holds, and says at every step until when that is. */
    private void work(LeaderScope scope) {
        long token = scope.term().fencingToken();
        long told = System.nanoTime();
        try {
            while (scope.isActive()) {
                // Read before the lease: a pause between the two must not make the lease look longer.
                long now = System.nanoTime();
                Duration left = remaining();
                long until = now + left.toNanos();
                if (!left.isZero() && until - told > CHANGE.toNanos()) {
                    System.out.println(LeadershipJournal.leaseUntil(ELECTION, token, name, until));
                    told = until;
                }
                clock.park(clock.nanoTime() + LOOK.toNanos());
            }
        } catch (InterruptedException e) {
            // The end of the work as well.
            Thread.currentThread().interrupt();
        }
    }

    /** The first term may begin before join has returned. */
    private Duration remaining() {
        Election joined = election;
        return joined == null ? Duration.ZERO : joined.remaining();
    }

    @Override
    public void onDemoted(Term term, DemotionReason reason) {
        try {
            Objects.requireNonNull(work).join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.out.println(LeadershipJournal.demoted(ELECTION, term.fencingToken(), name, System.nanoTime()));
        System.out.println("demoted " + reason);
    }
}
