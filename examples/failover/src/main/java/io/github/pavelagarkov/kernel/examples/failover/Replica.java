package io.github.pavelagarkov.kernel.examples.failover;

import io.github.pavelagarkov.kernel.core.ConfigSource;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.core.redis.RedisConnection;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * One replica of a small service: whoever leads the election {@code billing} counts orders in Redis; the others wait.
 *
 * <p>Everything the director needs to see goes to standard output: the marks of {@link LeadershipJournal}, and lines that
 * begin with {@code demo}.
 */
final class Replica {
    static final String ELECTION = "billing";
    private static final Duration HEARTBEAT = Duration.ofMillis(100);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration LONG_PAUSE = Duration.ofSeconds(1);

    private final String name;
    private final FencedCounter orders;
    private volatile @Nullable Kernel kernel;

    private Replica(String name, RedissonClient redis) {
        this.name = name;
        this.orders = new FencedCounter(redis);
    }

    public static void main(String[] args) throws Exception {
        KernelConfig config = KernelConfig.read(ConfigSource.systemProperties(), ConfigSource.environment());
        RedissonClient redis = connect(System.getProperty("demo.redis"));
        Replica replica = new Replica(config.identity().orElseThrow(), redis);
        Kernel.builder()
                .config(config)
                .redis(RedisConnection.over(redis, KernelClock.system(), Thread::new))
                .onStart("replica", replica::belongsTo)
                .election(ELECTION, replica.new Journal())
                .leaderJob(
                        ELECTION,
                        JobSpec.named("heartbeat")
                                .every(HEARTBEAT)
                                .initialDelay(Duration.ZERO)
                                .deadline(Duration.ofMillis(500))
                                .task(replica::heartbeat)
                                .build())
                .hook(HookSpec.of("orders", ShutdownRegistry.MEDIUM, context -> say("orders flushed")))
                .hook(HookSpec.of("redisson", ShutdownRegistry.LOWEST, context -> redis.shutdown()))
                .build()
                .run(replica::serve);
    }

    private static RedissonClient connect(String uri) {
        Config config = new Config();
        config.setThreads(2);
        config.setNettyThreads(2);
        config.useSingleServer()
                .setAddress(uri)
                .setConnectionPoolSize(4)
                .setConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionPoolSize(1)
                .setRetryAttempts(0)
                .setTimeout(400);
        return Redisson.create(config);
    }

    private void belongsTo(Kernel owner) {
        kernel = owner;
    }

    private Kernel kernel() {
        return Objects.requireNonNull(kernel, "set before the elections are joined");
    }

    private void serve(Kernel kernel) {
        ReadinessComponent ready = kernel.readiness().component("orders");
        var unused = ready.ready();
        Election election = kernel.elector().election(ELECTION).orElseThrow();
        kernel.execute("pause-watch", () -> watchForPauses(kernel.clock(), election));
        say("ready");
    }

    private void heartbeat(JobContext context) {
        Term term = context.term().orElseThrow();
        Duration left =
                kernel().elector().election(ELECTION).map(Election::remaining).orElse(Duration.ZERO);
        if (!left.isZero()) {
            System.out.println(LeadershipJournal.leaseUntil(
                    ELECTION, term.fencingToken(), name, System.nanoTime() + left.toNanos()));
        }
        say("heartbeat " + term.fencingToken() + " " + verdict(orders.increment(term.fencingToken())));
    }

    /** What a paused leader sees when it wakes up: asks the election, then tries to write all the same. */
    private void watchForPauses(KernelClock clock, Election watched) throws InterruptedException {
        while (true) {
            Optional<Term> before = watched.term();
            long asleep = clock.nanoTime();
            clock.park(asleep + LOOK.toNanos());
            long slept = clock.nanoTime() - asleep;
            if (slept > LONG_PAUSE.toNanos() && before.isPresent()) {
                boolean leads = watched.isLeader();
                say("woke " + slept / 1_000_000 + " isLeader=" + leads + " late-write="
                        + verdict(orders.increment(before.get().fencingToken())));
            }
        }
    }

    private static String verdict(boolean accepted) {
        return accepted ? "accepted" : "refused";
    }

    private static void say(String what) {
        System.out.println("demo " + what);
    }

    private final class Journal implements LeadershipListener {
        @Override
        public void onElected(LeaderScope scope) {
            System.out.println(
                    LeadershipJournal.elected(ELECTION, scope.term().fencingToken(), name, System.nanoTime()));
        }

        @Override
        public void onDemoted(Term term, DemotionReason reason) {
            // All subsystems of a term are stopped at once: the mark belongs behind the last heartbeat.
            var unused = kernel().scheduler(ELECTION).stop(Duration.ofMillis(500));
            System.out.println(LeadershipJournal.demoted(ELECTION, term.fencingToken(), name, System.nanoTime()));
            say("demoted " + reason);
        }
    }
}
