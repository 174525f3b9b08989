package io.github.pavelagarkov.kernel.cdi;

import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.leader.Election;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One life of an application that uses everything; takes the address of a Redis. Loaded anew for each of them. */
public final class RedeployedApplication implements Consumer<String> {
    private static final AtomicInteger RUNS = new AtomicInteger();

    /** For the test. */
    public RedeployedApplication() {}

    @ApplicationScoped
    static class Jobs {
        @Job(every = "10ms", leader = "billing")
        void settle() {
            RUNS.incrementAndGet();
        }
    }

    @Override
    public void accept(String redis) {
        Map<String, String> settings =
                Map.of("kernel.application", "redeployed", "kernel.redis.uri", redis, "kernel.leader.names", "billing");
        try (TestContainer container = TestContainer.start(settings, Jobs.class)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> RUNS.get() > 1);
            await().until(() -> container
                    .get(Election.class, KernelNamed.Literal.of("billing"))
                    .isLeader());
        }
    }
}
