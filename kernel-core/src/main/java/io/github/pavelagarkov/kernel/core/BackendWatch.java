package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.redis.RedisConnection;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.pool.PoolPing;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Keeps a component of the readiness barrier for each backend that {@code kernel.readiness.require} lists; nobody asks the
 * others (RB-1).
 */
final class BackendWatch {
    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Asks a backend, bounded. */
    private interface Backend {
        /** Says what is wrong, empty if nothing is; at once or later. */
        void ask(Consumer<Optional<String>> answer);
    }

    private BackendWatch() {}

    /** {@return what asks them, to be started and stopped; empty if none is required} */
    static Optional<JobScheduler> of(
            List<String> required, Backends backends, ReadinessBarrier readiness, Schedulers schedulers) {
        Map<String, Backend> known = new TreeMap<>();
        backends.redis().ifPresent(connection -> known.put(Backends.REDIS, answer -> ask(connection, answer)));
        backends.pools()
                .all()
                .forEach((name, pool) ->
                        known.put(PostgresPools.backend(name), answer -> ask(pool.ping(PATIENCE), answer)));
        backends.clickHouse()
                .all()
                .forEach((name, pool) ->
                        known.put(ClickHousePools.backend(name), answer -> ask(pool.ping(PATIENCE), answer)));
        check(required, known);
        if (required.isEmpty()) {
            return Optional.empty();
        }
        JobScheduler watch = schedulers.create(SchedulerSpec.of("backends"));
        known.keySet().retainAll(required);
        known.forEach((name, backend) -> watch.register(job(name, backend, readiness)));
        return Optional.of(watch);
    }

    private static JobSpec job(String name, Backend backend, ReadinessBarrier readiness) {
        ReadinessComponent component = readiness.component(name);
        var unused = component.notReady("not asked yet");
        return JobSpec.named(name)
                .every(PERIOD)
                .initialDelay(Duration.ZERO)
                .task(context -> backend.ask(trouble -> {
                    var unusedResult = trouble.map(component::notReady).orElseGet(component::ready);
                }))
                .build();
    }

    private static void ask(RedisConnection redis, Consumer<Optional<String>> answer) {
        var unused = redis.ping()
                .whenComplete((pong, error) ->
                        answer.accept(Optional.ofNullable(error).map(why -> String.valueOf(why.getMessage()))));
    }

    /** The ping has blocked the job's own thread, no longer than the patience. */
    private static void ask(PoolPing ping, Consumer<Optional<String>> answer) {
        // An interrupt is the end of the watch and says nothing about the server.
        if (!Thread.currentThread().isInterrupted()) {
            answer.accept(ping.trouble());
        }
    }

    /** A misspelt backend that is not watched would look like one that is always there. */
    private static void check(List<String> required, Map<String, Backend> known) {
        Set<String> possible = new TreeSet<>(known.keySet());
        possible.add(Backends.REDIS);
        List<Problem> problems = new ArrayList<>();
        for (String name : required) {
            if (!known.containsKey(name)) {
                String allowed = name.equals(Backends.REDIS)
                        ? "there is no Redis to require: set kernel.redis.uri, or give a connection to the builder"
                        : "must be one of " + possible;
                problems.add(new Problem("kernel.readiness.require", name, "configuration", allowed));
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }
}
