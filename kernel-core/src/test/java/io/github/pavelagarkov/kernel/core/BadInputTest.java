package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.core.redis.RedisSettings;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong arguments all over the public API: the message names the field, the value and what is allowed; never a secret. */
@SuppressWarnings("NullAway") // null is what is tested
final class BadInputTest {
    private static final String SECRET = "s3cret";
    private static final String NAME_RULE = "must match [a-z][a-z0-9-]{0,62}";
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static Arguments wrong(String what, ThrowingCallable call, String... fragments) {
        return Arguments.of(what, call, List.of(fragments));
    }

    private static JobSpec.Builder job() {
        return JobSpec.named("tick").every(SECOND).task(context -> {});
    }

    private static ThrowingCallable config(String... settings) {
        return () -> KernelFixture.config(settings);
    }

    static Stream<Arguments> names() {
        return Stream.of("", "Upper", "1first", "with space", "under_score", "-dash", "umlaut-\u00e4", "a".repeat(64))
                .flatMap(name -> {
                    // A message shows at most 80 characters of it.
                    String shown = "was '" + name + "'";
                    return Stream.of(
                            wrong("job " + name, () -> JobSpec.named(name).build(), "job name", NAME_RULE, shown),
                            wrong(
                                    "scheduler " + name,
                                    () -> SchedulerSpec.of(name),
                                    "scheduler name",
                                    NAME_RULE,
                                    shown),
                            wrong("election " + name, () -> ElectionSpec.of(name), "election name", NAME_RULE, shown),
                            wrong(
                                    "hook " + name,
                                    () -> HookSpec.of(name, 1, context -> {}),
                                    "hook name",
                                    NAME_RULE,
                                    shown),
                            wrong(
                                    "component " + name,
                                    () -> Kernel.builder().onStart(name, kernel -> {}),
                                    "component name",
                                    NAME_RULE,
                                    shown),
                            wrong(
                                    "listener " + name,
                                    () -> Kernel.builder().listener(name, new KernelListener() {}),
                                    "listener name",
                                    NAME_RULE,
                                    shown));
                });
    }

    static Stream<Arguments> nulls() {
        KernelBuilder builder = Kernel.builder();
        return Stream.of(
                wrong("config", () -> builder.config(null), "config must not be null"),
                wrong("clock", () -> builder.clock(null), "clock must not be null"),
                wrong("threads", () -> builder.threads(null), "thread factory must not be null"),
                wrong("store", () -> builder.leaseStore(null), "lease store must not be null"),
                wrong("redis", () -> builder.redis(null), "redis connection must not be null"),
                wrong("scheduler", () -> builder.scheduler(null), "scheduler spec must not be null"),
                wrong("job", () -> builder.job(null), "job spec must not be null"),
                wrong("leader job", () -> builder.leaderJob("a", null), "job spec must not be null"),
                wrong("bean", () -> builder.jobs(null), "object with @Job methods must not be null"),
                wrong("lookup", () -> builder.properties(null), "lookup must not be null"),
                wrong("election", () -> builder.election("a", null), "listener of election 'a' must not be null"),
                wrong("election name", () -> builder.supervise(null), "election name must not be null"),
                wrong("component", () -> builder.onStart("a", null), "start of a must not be null"),
                wrong("hook", () -> builder.hook(null), "hook must not be null"),
                wrong("listener", () -> builder.listener("a", null), "listener 'a' must not be null"),
                wrong("carrier", () -> builder.carrier(null), "context carrier must not be null"),
                wrong("task", () -> job().task(null).build(), "task of job 'tick' must not be null"),
                wrong("lease", () -> LeaseTiming.ofLease(null), "lease must not be null"),
                wrong(
                        "drain delay",
                        () -> ShutdownSpec.defaults().withDrainDelay(null),
                        "drainDelay must not be null"));
    }

    static Stream<Arguments> values() {
        return Stream.of(
                wrong("period 0", () -> job().every(Duration.ZERO).build(), "positive", "was PT0S"),
                wrong("period -1", () -> job().every(SECOND.negated()).build(), "positive", "was PT-1S"),
                wrong("deadline 0", () -> job().deadline(Duration.ZERO).build(), "deadline", "'tick'", "was PT0S"),
                wrong("jitter", () -> job().jitter(SECOND).build(), "jitter", "'tick'", "less than its period PT1S"),
                wrong(
                        "limit",
                        () -> SchedulerSpec.of("a").withLimit(0),
                        "limit of scheduler 'a'",
                        "between 1",
                        "was 0"),
                wrong(
                        "history",
                        () -> SchedulerSpec.of("a").withHistorySize(-1),
                        "historySize of scheduler 'a'",
                        "between 0 and 1000",
                        "was -1"),
                wrong(
                        "hook priority",
                        () -> HookSpec.of("db", 0, context -> {}),
                        "priority of hook 'db'",
                        "between 1 and 1000000",
                        "was 0"),
                wrong(
                        "hook timeout",
                        () -> HookSpec.of("db", ShutdownRegistry.LOW, context -> {})
                                .withTimeout(Duration.ZERO),
                        "timeout of hook 'db'",
                        "positive",
                        "was PT0S"),
                wrong("budget", () -> ShutdownSpec.defaults().withBudget(Duration.ZERO), "budget", "was PT0S"),
                wrong(
                        "drain delay",
                        () -> ShutdownSpec.defaults().withDrainDelay(Duration.ofSeconds(25)),
                        "drainDelay must be less than budget PT25S, was PT25S"),
                wrong("lease", () -> LeaseTiming.ofLease(Duration.ofMillis(1)), "lease", "at least PT0.5S", "PT0.001S"),
                wrong(
                        "stop timeout",
                        () -> ElectionSpec.builder("a")
                                .stopTimeout(SECOND.negated())
                                .build(),
                        "stopTimeout of election 'a'",
                        "positive",
                        "was PT-1S"),
                wrong(
                        "back-off",
                        () -> ElectionSpec.builder("a")
                                .backOff(SECOND, Duration.ofMillis(1))
                                .build(),
                        "backOffMax of election 'a'",
                        "at least PT1S",
                        "was PT0.001S"));
    }

    static Stream<Arguments> settings() {
        return Stream.of(
                wrong("unknown key", config("kernel.shutdown.budgt", "1s"), "kernel.shutdown.budgt", "budget"),
                wrong("duration", config("kernel.shutdown.budget", "soon"), "kernel.shutdown.budget", "'soon'", "30s"),
                wrong("zero", config("kernel.shutdown.budget", "0s"), "kernel.shutdown.budget", "'0s'", "above zero"),
                wrong("negative", config("kernel.shutdown.drain-delay", "-1s"), "kernel.shutdown.drain-delay", "-1s"),
                wrong("port", config("kernel.probes.port", "70000"), "kernel.probes.port", "'70000'", "65"),
                wrong("choice", config("kernel.shutdown.second-signal", "maybe"), "'maybe'", "halt", "ignore"),
                wrong(
                        "contradiction",
                        config("kernel.shutdown.budget", "5s", "kernel.shutdown.drain-delay", "6s"),
                        "kernel.shutdown.drain-delay",
                        "6s"),
                wrong(
                        "timing",
                        config("kernel.leader.names", "cron", "kernel.leader.cron.margin", "20s"),
                        "kernel.leader.cron.margin",
                        "20s"),
                wrong("port of Redis", config("kernel.redis.uri", "redis://:" + SECRET + "@host:port/0"), "uri"),
                wrong("scheme of Redis", config("kernel.redis.uri", "http://u:" + SECRET + "@host:1"), "redis"),
                wrong("database of Redis", config("kernel.redis.uri", "redis://u:" + SECRET + "@host/x"), "uri"),
                wrong("no host", config("kernel.redis.uri", "redis://u:" + SECRET + "@"), "uri"),
                wrong("blanks", config("kernel.redis.uri", "redis://u:" + SECRET + "@a host"), "uri"),
                wrong("settings", () -> RedisSettings.of("redis://u:" + SECRET + "@host:port"), "redis"),
                wrong("all at once", config("kernel.shutdown.budget", "x", "kernel.probes.port", "y"), "2 problems"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"names", "nulls", "values", "settings"})
    void isRefusedByNameValueAndRuleWithoutASecret(String what, ThrowingCallable call, List<String> fragments) {
        Throwable thrown = catchThrowable(call);

        assertThat(thrown)
                .isInstanceOfAny(IllegalArgumentException.class, ConfigurationException.class)
                .hasMessageContainingAll(fragments.toArray(CharSequence[]::new));
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            assertThat(at.toString()).doesNotContain(SECRET);
        }
    }
}
