package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.core.dashboard.DashboardSettings;
import io.github.pavelagarkov.kernel.core.grpc.GrpcSettings;
import io.github.pavelagarkov.kernel.core.internal.config.ConfigReader;
import io.github.pavelagarkov.kernel.core.internal.config.Durations;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPoolSettings;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * All settings of a kernel, read and checked once.
 *
 * <p>A setting takes its value from the first source that has it; an empty value means the default, whatever later sources
 * say. Whoever has this value knows that every part of it is valid and that no two parts contradict each other. Immutable
 * and thread-safe; neither {@link #toString()} nor {@link #settings()} shows a secret.
 *
 * <pre>{@code
 * KernelConfig config = KernelConfig.read(
 *         ConfigSource.systemProperties(), ConfigSource.environment(), ConfigSource.file(Path.of("service.properties")));
 * }</pre>
 *
 * @param application prefix of every key in a shared store
 * @param identity who this process is to its peers; empty means generated
 * @param redis how to reach Redis
 * @param postgres how to reach PostgreSQL
 * @param clickHouse the pools of connections to ClickHouse, by name
 * @param leader the elections
 * @param schedulers the schedulers with settings of their own, by name
 * @param jobs what the operator says about single jobs, by name
 * @param shutdown how to stop
 * @param readinessRequire the backends that must be reachable to be ready
 * @param onFatal what a fatal error does to liveness [DOWN]
 * @param probes where the plain host answers probes; empty means nowhere
 * @param grpc how gRPC is served; empty means not at all
 * @param adminActions whether operators may act on jobs and elections through the host's admin port
 * @param startReport whether the start is logged as a table
 * @param http what happens around requests
 * @param dashboard where the page is
 * @param ignoreUnknown whether settings that nothing takes are warnings in place of a failed start [false]
 * @param settings every setting that holds, with its origin, secrets masked
 * @param warnings what looks wrong and was accepted
 * @see <a href="SPEC.md">SPEC.md CF-1 to CF-4</a>
 */
public record KernelConfig(
        Optional<String> application,
        Optional<String> identity,
        Redis redis,
        Postgres postgres,
        Map<String, ClickHouseSettings> clickHouse,
        Leader leader,
        Map<String, SchedulerSpec> schedulers,
        Map<String, JobOverride> jobs,
        Shutdown shutdown,
        List<String> readinessRequire,
        FatalReaction onFatal,
        Optional<Probes> probes,
        Optional<GrpcSettings> grpc,
        boolean adminActions,
        boolean startReport,
        HttpSettings http,
        DashboardSettings dashboard,
        boolean ignoreUnknown,
        List<Setting> settings,
        List<String> warnings) {
    /** Copies what is mutable. */
    public KernelConfig {
        clickHouse = sorted(clickHouse);
        schedulers = sorted(schedulers);
        jobs = sorted(jobs);
        readinessRequire = List.copyOf(readinessRequire);
        settings = List.copyOf(settings);
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads settings.
     *
     * @param sources where to look, the strongest first: system properties, environment, the application's own file
     * @return settings that are valid, each by itself and together
     * @throws ConfigurationException if anything is wrong; carries every problem
     */
    public static KernelConfig read(ConfigSource... sources) {
        List<Problem> problems = new ArrayList<>();
        KernelConfig config = read(problems::add, sources);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return config;
    }

    /**
     * Reads settings and goes on behind those that are wrong, for a host that has more to check before it tells of all.
     *
     * @param problems told of everything that is wrong, in the order of the keys
     * @param sources where to look, the strongest first
     * @return settings with the default in place of each wrong one: not for a kernel if there was a problem
     */
    public static KernelConfig read(Consumer<Problem> problems, ConfigSource... sources) {
        return ConfigReader.read(List.of(sources), problems);
    }

    /**
     * Takes settings from code, without a look at the system properties or the environment.
     *
     * @param values values by full key, in kebab-case
     * @return settings that are valid, each by itself and together
     * @throws ConfigurationException if anything is wrong; carries every problem
     */
    public static KernelConfig of(Map<String, String> values) {
        return read(ConfigSource.properties("code", values));
    }

    /**
     * {@return a duration written as in settings}
     *
     * @param text {@code 500ms}, {@code 30s}, {@code 5m}, {@code PT30S}
     * @throws IllegalArgumentException if it is written otherwise
     */
    public static Duration duration(String text) {
        return Durations.parse(text);
    }

    /** {@return the defaults of every setting} */
    public static KernelConfig defaults() {
        return of(Map.of());
    }

    /**
     * {@return the settings of an election: its own if it is listed, otherwise those that hold for all}
     *
     * @param name the election
     * @throws IllegalArgumentException if this cannot be a name
     */
    public ElectionSpec election(String name) {
        return leader.election(name);
    }

    /**
     * {@return the settings of a scheduler: its own if it is listed, otherwise the defaults}
     *
     * @param name the scheduler
     * @throws IllegalArgumentException if this cannot be a name
     */
    public SchedulerSpec scheduler(String name) {
        SchedulerSpec listed = schedulers.get(name);
        return listed != null ? listed : SchedulerSpec.of(name);
    }

    /**
     * {@return the application, which whatever is shared between processes needs}
     *
     * @param user what needs it, for the message, for instance {@code a lease store}
     * @throws ConfigurationException if it is not set
     */
    public String requireApplication(String user) {
        return application.orElseThrow(
                () -> new ConfigurationException(List.of(ConfigReader.applicationMissing("required by " + user))));
    }

    private static <V> Map<String, V> sorted(Map<String, V> named) {
        return Collections.unmodifiableMap(new TreeMap<>(named));
    }

    /**
     * How to reach Redis.
     *
     * @param address the server; empty means there is none or the application brings its own client
     * @param username the ACL user
     * @param password the password
     * @param wire whose keys and values are used
     * @param connectTimeout how long opening one connection may take [2 s]
     */
    public record Redis(
            Optional<RedisAddress> address,
            Optional<String> username,
            Optional<Secret> password,
            RedisWire wire,
            Duration connectTimeout) {
        /** The default of {@code kernel.redis.connect-timeout}. */
        public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    }

    /**
     * A Redis server, without credentials.
     *
     * @param tls whether the connection is encrypted
     * @param host host name or address; an IPv6 address stands in brackets
     * @param port 1 to 65,535 [6379]
     * @param database number of the database [0]
     */
    public record RedisAddress(boolean tls, String host, int port, int database) {
        /** {@return scheme, host and port as Redis clients take them} */
        public String uri() {
            return (tls ? "rediss://" : "redis://") + host + ":" + port;
        }
    }

    /** Whose keys and values the leases in Redis have. */
    public enum RedisWire {
        /** Kernel's own: with application, term and fencing token. */
        KERNEL,
        /** Those of the Go library, whose processes are then peers; there is no fencing token. */
        GO
    }

    /**
     * How to reach PostgreSQL.
     *
     * @param url the JDBC URL, without credentials; empty means there is none or the application brings its own connections
     * @param username the role
     * @param password its password
     * @param connectTimeout how long opening one connection may take [2 s]
     * @param leaseTable the table of the leases [kernel_lease]
     * @param pools the pools, by name
     * @param jndi where in the naming directory of the server the pools are that it brings, by name
     */
    public record Postgres(
            Optional<String> url,
            Optional<String> username,
            Optional<Secret> password,
            Duration connectTimeout,
            String leaseTable,
            Map<String, PostgresPoolSettings> pools,
            Map<String, String> jndi) {
        /** The default of {@code kernel.postgres.connect-timeout}. */
        public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

        /** Copies the maps. */
        public Postgres {
            pools = sorted(pools);
            jndi = sorted(jndi);
        }

        /** {@return the names of all pools} */
        public Set<String> names() {
            Set<String> names = new TreeSet<>(pools.keySet());
            names.addAll(jndi.keySet());
            return names;
        }
    }

    /** Where leases are kept. */
    public enum StoreKind {
        /** In Redis or Valkey. */
        REDIS,
        /** In PostgreSQL. */
        POSTGRES,
        /** In this process alone: for a service that has one instance, which then always leads. */
        MEMORY
    }

    /**
     * The elections.
     *
     * @param store where their leases are kept, and those of locks; empty means in what is configured, Redis first
     * @param defaults what holds for an election that is not listed, under the name {@code defaults}
     * @param elections the elections with settings of their own, by name
     */
    public record Leader(Optional<StoreKind> store, ElectionSpec defaults, Map<String, ElectionSpec> elections) {
        /** Copies the map. */
        public Leader {
            elections = sorted(elections);
        }

        /** {@return the longest that any election waits for one call to the store} */
        public Duration longestAttempt() {
            Duration longest = defaults.timing().attempt();
            for (ElectionSpec election : elections.values()) {
                Duration attempt = election.timing().attempt();
                longest = longest.compareTo(attempt) < 0 ? attempt : longest;
            }
            return longest;
        }

        private ElectionSpec election(String name) {
            ElectionSpec listed = elections.get(name);
            return listed != null
                    ? listed
                    : new ElectionSpec(
                            name,
                            defaults.timing(),
                            defaults.stopTimeout(),
                            defaults.backOff(),
                            defaults.backOffMax(),
                            defaults.onOverrun());
        }
    }

    /**
     * How to stop.
     *
     * @param spec what the registry is built with
     * @param gracePeriod when the platform kills the process after asking it to stop [30 s]
     * @param secondSignal what a second signal does in the plain host [HALT]
     */
    public record Shutdown(ShutdownSpec spec, Duration gracePeriod, SecondSignal secondSignal) {
        /** The default of {@code kernel.shutdown.grace-period}: what Kubernetes grants. */
        public static final Duration GRACE_PERIOD = Duration.ofSeconds(30);

        private static final Duration END_OF_PROCESS = Duration.ofSeconds(2);

        /**
         * {@return how long the platform has to wait for a full stop}
         *
         * @param hostWait how long the host itself waits for requests in flight; zero or positive
         */
        public Duration needed(Duration hostWait) {
            return spec.budget().plus(hostWait).plus(END_OF_PROCESS);
        }

        /**
         * {@return what to say if the platform does not wait long enough, with the terms of the sum}
         *
         * @param hostWait how long the host itself waits for requests in flight; zero or positive
         */
        public Optional<String> gracePeriodWarning(Duration hostWait) {
            Duration needed = needed(hostWait);
            return needed.compareTo(gracePeriod) <= 0
                    ? Optional.empty()
                    : Optional.of("a full shutdown takes up to " + needed + " (kernel.shutdown.budget " + spec.budget()
                            + " + host wait " + hostWait + " + end of process " + END_OF_PROCESS
                            + "), the platform kills after kernel.shutdown.grace-period " + gracePeriod
                            + ": set terminationGracePeriodSeconds >= " + wholeSeconds(needed)
                            + " and kernel.shutdown.grace-period to the same");
        }

        private static long wholeSeconds(Duration duration) {
            return duration.plusSeconds(1).minusNanos(1).toSeconds();
        }
    }

    /** What a second SIGTERM or SIGINT does in the plain host. */
    public enum SecondSignal {
        /** It ends the process at once. */
        HALT,
        /** Nothing: the shutdown goes on. */
        IGNORE
    }

    /** What a fatal error does, as a VirtualMachineError of a job. */
    public enum FatalReaction {
        /** It takes liveness down: the platform restarts the process. */
        DOWN,
        /** It is reported and nothing else. */
        REPORT
    }

    /**
     * Where the plain host answers probes.
     *
     * @param address address to listen on [0.0.0.0]
     * @param port port to listen on, 0 takes a free one
     */
    public record Probes(String address, int port) {
        /** The default of {@code kernel.probes.address}. */
        public static final String ADDRESS = "0.0.0.0";
    }

    /**
     * One setting that holds.
     *
     * @param key the full key
     * @param value the value, masked if it is a secret; empty if there is none
     * @param source where it came from: the name of a source, the key of the defaults it follows, {@code default}, or
     *     {@code derived} from the lease
     */
    public record Setting(String key, String value, String source) {}
}
