package io.github.pavelagarkov.kernel.core.internal.config;

import static io.github.pavelagarkov.kernel.core.internal.config.ValueType.choice;
import static io.github.pavelagarkov.kernel.core.internal.config.ValueType.number;
import static io.github.pavelagarkov.kernel.core.internal.config.ValueType.text;

import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.leader.OverrunReaction;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Stream;

/**
 * The table of settings: the reader, the search for the nearest key and docs/configuration.md all follow it.
 *
 * <p>Defaults are taken from the records of kernel-api so that the two cannot differ.
 */
final class ConfigKeys {
    /** In place of a name: what holds for all things of the area that do not say otherwise. */
    static final String DEFAULTS = "defaults";

    private static final LeaseTiming LEASE = LeaseTiming.defaults();
    private static final ElectionSpec ELECTION = ElectionSpec.of(DEFAULTS);
    private static final SchedulerSpec SCHEDULER_SPEC = SchedulerSpec.of(DEFAULTS);
    private static final ShutdownSpec SHUTDOWN = ShutdownSpec.defaults();
    private static final String DERIVED = ", in proportion to the lease if that is set";

    static final ConfigKey<String> APPLICATION = key(
            "kernel.application",
            ValueType.NAME,
            "none",
            "Prefix of every key in a shared store; required as soon as one is configured.");
    static final ConfigKey<String> IDENTITY = key(
            "kernel.identity",
            text("1 to 200 printable ASCII characters without blanks", "[!-~]{1,200}"),
            "<host>:<pid>:<6 hex>",
            "Who this process is to its peers; must differ between processes.");
    static final ConfigKey<Boolean> IGNORE_UNKNOWN = key(
            "kernel.config.ignore-unknown",
            ValueType.BOOLEAN,
            "false",
            "Makes an unknown key in the application's own file, and settings for a job that nobody declared, a warning instead of a failed start.");

    static final ConfigKey<RedisUri> REDIS_URI = key(
            "kernel.redis.uri",
            ValueType.REDIS_URI,
            "no Redis",
            "The Redis or Valkey server that keeps leases and locks; credentials are percent-encoded.");
    static final ConfigKey<String> REDIS_USERNAME = key(
            "kernel.redis.username",
            text("1 to 200 characters", ".{1,200}"),
            "the user of the URI",
            "ACL user, if it is not in the URI; needs a password.");
    static final ConfigKey<Secret> REDIS_PASSWORD = key(
            "kernel.redis.password", ValueType.SECRET, "the password of the URI", "Password, if it is not in the URI.");
    static final ConfigKey<KernelConfig.RedisWire> REDIS_WIRE = key(
            "kernel.redis.wire",
            choice(KernelConfig.RedisWire.class),
            "kernel",
            "Keys and values of leases: kernel's own, or those of the Go library so that its processes are peers.");
    static final ConfigKey<Duration> REDIS_CONNECT_TIMEOUT = key(
            "kernel.redis.connect-timeout",
            ValueType.POSITIVE_DURATION,
            Durations.text(KernelConfig.Redis.CONNECT_TIMEOUT),
            "How long opening one connection may take.");

    static final ConfigKey<PostgresUrl> POSTGRES_URL = key(
            "kernel.postgres.url",
            ValueType.POSTGRES_URL,
            "no PostgreSQL",
            "The PostgreSQL server; keeps leases and locks if there is no Redis or kernel.leader.store says so.");
    static final ConfigKey<String> POSTGRES_USERNAME = key(
            "kernel.postgres.username",
            text("1 to 200 characters", ".{1,200}"),
            "what the driver takes by itself",
            "Role to log in with.");
    static final ConfigKey<Secret> POSTGRES_PASSWORD =
            key("kernel.postgres.password", ValueType.SECRET, "none", "Password of the role.");
    static final ConfigKey<Duration> POSTGRES_CONNECT_TIMEOUT = key(
            "kernel.postgres.connect-timeout",
            ValueType.POSITIVE_DURATION,
            Durations.text(KernelConfig.Postgres.CONNECT_TIMEOUT),
            "How long opening one connection may take; counts in whole seconds, rounded up.");
    static final ConfigKey<String> POSTGRES_LEASE_TABLE = key(
            "kernel.postgres.lease-table",
            text("[schema.]table, each of [a-z_][a-z0-9_]{0,62}", "([a-z_][a-z0-9_]{0,62}\\.)?[a-z_][a-z0-9_]{0,62}"),
            "kernel_lease",
            "The table of leases and locks; created if it is missing and that is allowed.");

    static final ConfigKey<KernelConfig.StoreKind> LEADER_STORE = key(
            "kernel.leader.store",
            choice(KernelConfig.StoreKind.class),
            "redis if kernel.redis.uri is set, otherwise postgres if kernel.postgres.url is",
            "Where leases and locks are kept; memory is for a service with a single instance.");
    static final ConfigKey<List<String>> LEADER_NAMES = names(
            "kernel.leader.names",
            "The elections with settings of their own; in YAML the keys of the map. Under the name `defaults` stands what"
                    + " holds for all.");
    static final ConfigKey<Duration> LEASE_LEASE = timing(
            "lease", LEASE.lease(), "How long the store keeps the lease without renewal: the fail-over after a crash.");
    static final ConfigKey<Duration> LEASE_MARGIN =
            timing("margin", LEASE.margin(), "How much earlier the holder stops trusting the lease" + DERIVED + ".");
    static final ConfigKey<Duration> LEASE_RENEW =
            timing("renew", LEASE.renew(), "Time between two renewals" + DERIVED + ".");
    static final ConfigKey<Double> LEASE_JITTER = key(
            "kernel.leader.<name>.jitter",
            ValueType.HALF,
            Double.toString(LEASE.jitter()),
            "Share by which each renewal is moved earlier or later.");
    static final ConfigKey<Duration> LEASE_ATTEMPT =
            timing("attempt", LEASE.attempt(), "How long one call to the store may take" + DERIVED + ".");
    static final ConfigKey<Duration> LEASE_PAUSE = key(
            "kernel.leader.<name>.pause",
            ValueType.DURATION,
            Durations.text(LEASE.pause()),
            "Time between a failed call and the next" + DERIVED + ".");
    static final ConfigKey<Duration> LEASE_POLL_MAX = timing(
            "poll-max",
            LEASE.pollMax(),
            "Longest time between two looks of a candidate if all notifications are lost" + DERIVED + ".");
    static final ConfigKey<Duration> LEASE_FORCED_STOP = timing(
            "forced-stop", LEASE.forcedStop(), "The part of the margin that work has to stop in" + DERIVED + ".");
    static final ConfigKey<Duration> ELECTION_STOP_TIMEOUT = timing(
            "stop-timeout",
            ELECTION.stopTimeout(),
            "How long work may take to stop on a graceful end before the lease is left to expire.");
    static final ConfigKey<Duration> ELECTION_BACK_OFF =
            timing("back-off", ELECTION.backOff(), "Hold-back after a failed start of the work, doubled each time.");
    static final ConfigKey<Duration> ELECTION_BACK_OFF_MAX =
            timing("back-off-max", ELECTION.backOffMax(), "The longest hold-back; at least back-off.");
    static final ConfigKey<OverrunReaction> ELECTION_ON_OVERRUN = key(
            "kernel.leader.<name>.on-overrun",
            choice(OverrunReaction.class),
            "log",
            "What happens when work goes on after its lease: report it, take liveness down, or halt the process.");

    static final ConfigKey<List<String>> SCHEDULER_NAMES = names(
            "kernel.scheduler.names", "The job schedulers with settings of their own; in YAML the keys of the map.");
    static final ConfigKey<Integer> SCHEDULER_LIMIT = key(
            "kernel.scheduler.<name>.limit",
            number(1, 1_000_000),
            "none with virtual threads, otherwise 16",
            "How many runs may go on at once over all jobs.");
    static final ConfigKey<Integer> SCHEDULER_HISTORY_SIZE = key(
            "kernel.scheduler.<name>.history-size",
            number(0, 1_000),
            Integer.toString(SCHEDULER_SPEC.historySize()),
            "How many last runs each job keeps.");
    static final ConfigKey<Duration> SCHEDULER_RESOLUTION = key(
            "kernel.scheduler.<name>.resolution",
            ValueType.DURATION,
            Durations.text(SCHEDULER_SPEC.resolution()),
            "Wake-ups are put together on this grid, at most 1s; saves CPU and costs as much lateness.");

    static final ConfigKey<List<String>> JOBS_NAMES = names(
            "kernel.jobs.names",
            "The jobs that get other settings than the code gives them; in YAML the keys of the map. The lists of all sources are put together.");
    static final ConfigKey<Boolean> JOB_ENABLED =
            key("kernel.jobs.<name>.enabled", ValueType.BOOLEAN, "true", "Whether the job runs at all.");
    static final ConfigKey<Duration> JOB_EVERY = key(
            "kernel.jobs.<name>.every",
            ValueType.POSITIVE_DURATION,
            "what the code says",
            "A fixed period, in place of the job's own trigger; not together with cron.");
    static final ConfigKey<String> JOB_CRON = key(
            "kernel.jobs.<name>.cron",
            ValueType.CRON,
            "what the code says",
            "A cron expression, in place of the job's own trigger.");
    static final ConfigKey<ZoneId> JOB_ZONE = key(
            "kernel.jobs.<name>.zone",
            ValueType.ZONE,
            "what the code says",
            "The time zone of the cron expression, be it this one or the code's.");
    static final ConfigKey<Duration> JOB_DEADLINE = key(
            "kernel.jobs.<name>.deadline",
            ValueType.POSITIVE_DURATION,
            "what the code says",
            "How long a run may take before it is cancelled and interrupted.");

    static final ConfigKey<Duration> SHUTDOWN_BUDGET = key(
            "kernel.shutdown.budget",
            ValueType.POSITIVE_DURATION,
            Durations.text(SHUTDOWN.budget()),
            "How long the whole shutdown may take, drain delay included.");
    static final ConfigKey<Duration> SHUTDOWN_DRAIN_DELAY = key(
            "kernel.shutdown.drain-delay",
            ValueType.DURATION,
            Durations.text(SHUTDOWN.drainDelay()),
            "Time between readiness down and the first hook, for load balancers to look away; less than the budget.");
    static final ConfigKey<Duration> SHUTDOWN_HOOK_TIMEOUT = key(
            "kernel.shutdown.hook-timeout",
            ValueType.POSITIVE_DURATION,
            Durations.text(SHUTDOWN.hookTimeout()),
            "How long a hook may run that has no timeout of its own.");
    static final ConfigKey<ShutdownSpec.SamePriority> SHUTDOWN_SAME_PRIORITY = key(
            "kernel.shutdown.same-priority",
            choice(ShutdownSpec.SamePriority.class),
            "sequential",
            "How hooks of one priority run.");
    static final ConfigKey<Duration> SHUTDOWN_GRACE_PERIOD = key(
            "kernel.shutdown.grace-period",
            ValueType.POSITIVE_DURATION,
            Durations.text(KernelConfig.Shutdown.GRACE_PERIOD),
            "When the platform kills the process after asking it to stop (terminationGracePeriodSeconds); only compared.");
    static final ConfigKey<KernelConfig.SecondSignal> SHUTDOWN_SECOND_SIGNAL = key(
            "kernel.shutdown.second-signal",
            choice(KernelConfig.SecondSignal.class),
            "halt",
            "What a second SIGTERM or SIGINT does in the plain host, at least 1s after the first.");

    static final ConfigKey<KernelConfig.FatalReaction> LIVENESS_ON_FATAL = key(
            "kernel.liveness.on-fatal",
            choice(KernelConfig.FatalReaction.class),
            "down",
            "What a fatal error does, as an OutOfMemoryError of a job: take liveness down, or only report it.");
    static final ConfigKey<List<String>> READINESS_REQUIRE = key(
            "kernel.readiness.require",
            ValueType.NAMES,
            "none",
            "Backends that must be reachable for the service to be ready; the others only inform.");
    static final ConfigKey<Integer> PROBES_PORT = key(
            "kernel.probes.port", ValueType.PORT, "off", "Port of the plain host's own probes; 0 takes a free one.");
    static final ConfigKey<String> PROBES_ADDRESS = key(
            "kernel.probes.address",
            text("a host name or an IP address", "[A-Za-z0-9._:%-]{1,255}"),
            KernelConfig.Probes.ADDRESS,
            "Address of the probes; all interfaces, because the kubelet asks at the address of the pod.");

    static final ConfigKey<Boolean> ADMIN_ACTIONS = key(
            "kernel.admin.actions",
            ValueType.BOOLEAN,
            "false",
            "Lets operators run, pause and resume jobs and make a leader step down through the host's admin port.");
    static final ConfigKey<Boolean> START_REPORT = key(
            "kernel.start.report",
            ValueType.BOOLEAN,
            "true",
            "Logs one table at the start: elections, jobs with their next run, the order of the stop, checks.");

    private static final List<ConfigKey<?>> TABLE = Stream.of(
                    List.<ConfigKey<?>>of(
                            APPLICATION,
                            IDENTITY,
                            IGNORE_UNKNOWN,
                            REDIS_URI,
                            REDIS_USERNAME,
                            REDIS_PASSWORD,
                            REDIS_WIRE,
                            REDIS_CONNECT_TIMEOUT,
                            POSTGRES_URL,
                            POSTGRES_USERNAME,
                            POSTGRES_PASSWORD,
                            POSTGRES_CONNECT_TIMEOUT,
                            POSTGRES_LEASE_TABLE),
                    PoolKeys.ALL,
                    ClickHouseKeys.ALL,
                    List.<ConfigKey<?>>of(
                            LEADER_STORE,
                            LEADER_NAMES,
                            LEASE_LEASE,
                            LEASE_MARGIN,
                            LEASE_RENEW,
                            LEASE_JITTER,
                            LEASE_ATTEMPT,
                            LEASE_PAUSE,
                            LEASE_POLL_MAX,
                            LEASE_FORCED_STOP,
                            ELECTION_STOP_TIMEOUT,
                            ELECTION_BACK_OFF,
                            ELECTION_BACK_OFF_MAX,
                            ELECTION_ON_OVERRUN,
                            SCHEDULER_NAMES,
                            SCHEDULER_LIMIT,
                            SCHEDULER_HISTORY_SIZE,
                            SCHEDULER_RESOLUTION,
                            JOBS_NAMES,
                            JOB_ENABLED,
                            JOB_EVERY,
                            JOB_CRON,
                            JOB_ZONE,
                            JOB_DEADLINE,
                            SHUTDOWN_BUDGET,
                            SHUTDOWN_DRAIN_DELAY,
                            SHUTDOWN_HOOK_TIMEOUT,
                            SHUTDOWN_SAME_PRIORITY,
                            SHUTDOWN_GRACE_PERIOD,
                            SHUTDOWN_SECOND_SIGNAL,
                            READINESS_REQUIRE,
                            LIVENESS_ON_FATAL,
                            PROBES_PORT,
                            PROBES_ADDRESS),
                    GrpcKeys.ALL,
                    List.<ConfigKey<?>>of(ADMIN_ACTIONS, START_REPORT),
                    DashboardKeys.ALL,
                    HttpKeys.ALL)
            .flatMap(List::stream)
            .toList();

    private ConfigKeys() {}

    /** {@return every key, in the order of the documentation} */
    static List<ConfigKey<?>> all() {
        return TABLE;
    }

    private static ConfigKey<Duration> timing(String field, Duration fallback, String doc) {
        return key("kernel.leader.<name>." + field, ValueType.POSITIVE_DURATION, Durations.text(fallback), doc);
    }

    private static ConfigKey<List<String>> names(String key, String doc) {
        return key(key, ValueType.LISTED, "none", doc);
    }

    private static <T> ConfigKey<T> key(String pattern, ValueType<T> type, String fallback, String doc) {
        return new ConfigKey<>(pattern, type, fallback, doc);
    }
}
