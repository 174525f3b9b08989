package io.github.pavelagarkov.kernel.benchmarks;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.leader.LeaseLeaderElector;
import io.github.pavelagarkov.kernel.core.internal.leader.OverrunHandler;
import io.github.pavelagarkov.kernel.core.redis.RedisConnection;
import io.github.pavelagarkov.kernel.core.redis.RedisKeys;
import io.github.pavelagarkov.kernel.core.redis.RedisLeaseStore;
import io.github.pavelagarkov.kernel.core.redis.RedisSettings;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.function.LongConsumer;

/** One elector with a Redis client of its own, as a process has it. */
record Nodes(RedisConnection connection, LeaseLeaderElector elector) implements AutoCloseable {
    static Nodes open(String redis, String identity) {
        RedisConnection connection = RedisConnection.open(RedisSettings.of(redis), KernelClock.system(), Thread::new);
        LeaseLeaderElector elector = LeaseLeaderElector.create(
                RedisLeaseStore.over(connection, RedisKeys.kernel("bench")),
                identity,
                KernelClock.system(),
                KernelThreads.system(),
                Events.none(),
                OverrunHandler.none());
        return new Nodes(connection, elector);
    }

    /** {@return a listener that notes when it was elected} */
    static LeadershipListener noting(LongConsumer electedNanos) {
        return new LeadershipListener() {
            @Override
            public void onElected(LeaderScope scope) {
                electedNanos.accept(System.nanoTime());
            }

            @Override
            public void onDemoted(Term term, DemotionReason reason) {}
        };
    }

    @Override
    public void close() {
        elector.close();
        connection.close();
    }
}
