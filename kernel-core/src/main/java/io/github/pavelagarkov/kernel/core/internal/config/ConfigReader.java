package io.github.pavelagarkov.kernel.core.internal.config;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.ConfigSource;
import io.github.pavelagarkov.kernel.core.HttpSettings;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.core.KernelConfig.Postgres;
import io.github.pavelagarkov.kernel.core.KernelConfig.Probes;
import io.github.pavelagarkov.kernel.core.KernelConfig.Redis;
import io.github.pavelagarkov.kernel.core.KernelConfig.Setting;
import io.github.pavelagarkov.kernel.core.KernelConfig.Shutdown;
import io.github.pavelagarkov.kernel.core.dashboard.DashboardSettings;
import io.github.pavelagarkov.kernel.core.grpc.GrpcSettings;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Reads a whole configuration; the one reader of every host. */
public final class ConfigReader {
    private final Settings settings;

    private ConfigReader(Settings settings) {
        this.settings = settings;
    }

    /**
     * Reads and checks.
     *
     * @param sources where to look, the strongest first
     * @param problems told of everything that is wrong, in the order of the keys
     * @return the configuration, with the default in place of each wrong setting
     */
    public static KernelConfig read(List<ConfigSource> sources, Consumer<Problem> problems) {
        Settings settings = new Settings(sources);
        KernelConfig config = new ConfigReader(settings).read();
        settings.problems().forEach(problems);
        return config;
    }

    /**
     * {@return the problem of a missing application}
     *
     * @param why what needs it, as {@code required by …}
     */
    public static Problem applicationMissing(String why) {
        String key = ConfigKeys.APPLICATION.pattern();
        return new Problem(key, "", "not set", why + "; must be " + ValueType.NAME.allowed());
    }

    private KernelConfig read() {
        Optional<String> application = settings.read(ConfigKeys.APPLICATION);
        Optional<String> identity = settings.read(ConfigKeys.IDENTITY);
        boolean ignoreUnknown = settings.read(ConfigKeys.IGNORE_UNKNOWN).orElse(false);
        Redis redis = redis();
        Postgres postgres = new PostgresReader(settings, application).read();
        var clickHouse = new ClickHouseReader(settings, application).read();
        KernelConfig.Leader leader = new LeaderReader(settings).read();
        requireApplication(redis, postgres, leader);
        Map<String, SchedulerSpec> schedulers = schedulers();
        var jobs = new JobReader(settings).read();
        Shutdown shutdown = shutdown();
        List<String> require = settings.read(ConfigKeys.READINESS_REQUIRE).orElse(List.of());
        var onFatal = settings.read(ConfigKeys.LIVENESS_ON_FATAL).orElse(KernelConfig.FatalReaction.DOWN);
        Optional<Integer> port = settings.read(ConfigKeys.PROBES_PORT);
        String address = settings.read(ConfigKeys.PROBES_ADDRESS).orElse(Probes.ADDRESS);
        Optional<GrpcSettings> grpc = new GrpcReader(settings).read();
        boolean adminActions = settings.read(ConfigKeys.ADMIN_ACTIONS).orElse(false);
        boolean startReport = settings.read(ConfigKeys.START_REPORT).orElse(true);
        HttpSettings http = HttpKeys.read(settings);
        DashboardSettings dashboard = DashboardKeys.read(settings);
        new UnknownKeys(settings, ignoreUnknown).check();
        return new KernelConfig(
                application,
                identity,
                redis,
                postgres,
                clickHouse,
                leader,
                schedulers,
                jobs,
                shutdown,
                require,
                onFatal,
                port.map(number -> new Probes(address, number)),
                grpc,
                adminActions,
                startReport,
                http,
                dashboard,
                ignoreUnknown,
                settings.settings(),
                settings.warnings());
    }

    private Redis redis() {
        Optional<RedisUri> uri = settings.read(ConfigKeys.REDIS_URI);
        Optional<String> username = settings.read(ConfigKeys.REDIS_USERNAME);
        Optional<Secret> password = settings.read(ConfigKeys.REDIS_PASSWORD);
        uri.filter(parts -> parts.password().isPresent()).ifPresent(parts -> {
            refuseTwice(ConfigKeys.REDIS_USERNAME);
            refuseTwice(ConfigKeys.REDIS_PASSWORD);
        });
        if (password.isEmpty() && uri.flatMap(RedisUri::password).isEmpty()) {
            refuse(ConfigKeys.REDIS_USERNAME, "needs " + ConfigKeys.REDIS_PASSWORD.pattern());
        }
        return new Redis(
                uri.map(RedisUri::address),
                username.or(() -> uri.flatMap(RedisUri::username)),
                password.or(() -> uri.flatMap(RedisUri::password)),
                settings.read(ConfigKeys.REDIS_WIRE).orElse(KernelConfig.RedisWire.KERNEL),
                settings.read(ConfigKeys.REDIS_CONNECT_TIMEOUT).orElse(Redis.CONNECT_TIMEOUT));
    }

    /** A database may be there for other things: it asks for the application only if it keeps the leases. */
    private void requireApplication(Redis redis, Postgres postgres, KernelConfig.Leader leader) {
        boolean inPostgres = leader.store()
                .map(kind -> kind == KernelConfig.StoreKind.POSTGRES)
                .orElse(postgres.url().isPresent());
        if (settings.given(ConfigKeys.APPLICATION.pattern()).isPresent()) {
            return;
        }
        if (redis.address().isPresent()) {
            settings.refuse(applicationMissing("required by " + ConfigKeys.REDIS_URI.pattern()));
        } else if (inPostgres) {
            settings.refuse(applicationMissing("required by the leases in PostgreSQL"));
        }
    }

    private void refuseTwice(ConfigKey<?> key) {
        refuse(key, "must not be set while " + ConfigKeys.REDIS_URI.pattern() + " has credentials; say them once");
    }

    private void refuse(ConfigKey<?> key, String why) {
        settings.given(key.pattern())
                .ifPresent(given -> settings.refuse(
                        new Problem(given.key(), key.type().shown().apply(given.text()), given.source(), why)));
    }

    private Map<String, SchedulerSpec> schedulers() {
        Map<String, SchedulerSpec> schedulers = new TreeMap<>();
        for (String name : settings.read(ConfigKeys.SCHEDULER_NAMES).orElse(List.of())) {
            schedulers.put(name, scheduler(name));
        }
        return schedulers;
    }

    private SchedulerSpec scheduler(String name) {
        Blame blame = new Blame(settings);
        SchedulerSpec fallback = SchedulerSpec.of(name);
        Optional<Integer> limit = blame.read(ConfigKeys.SCHEDULER_LIMIT, name);
        int historySize = blame.read(ConfigKeys.SCHEDULER_HISTORY_SIZE, name).orElse(fallback.historySize());
        var resolution = blame.read(ConfigKeys.SCHEDULER_RESOLUTION, name).orElse(fallback.resolution());
        for (ConfigKey<?> key : List.of(
                ConfigKeys.SCHEDULER_LIMIT, ConfigKeys.SCHEDULER_HISTORY_SIZE, ConfigKeys.SCHEDULER_RESOLUTION)) {
            settings.note(new Setting(key.at(name), key.fallback(), Settings.DEFAULT));
        }
        return blame.build(
                () -> new SchedulerSpec(
                        name, limit.map(OptionalInt::of).orElse(OptionalInt.empty()), historySize, resolution),
                fallback);
    }

    private Shutdown shutdown() {
        Blame blame = new Blame(settings);
        ShutdownSpec defaults = ShutdownSpec.defaults();
        var budget = blame.read(ConfigKeys.SHUTDOWN_BUDGET).orElse(defaults.budget());
        var drainDelay = blame.read(ConfigKeys.SHUTDOWN_DRAIN_DELAY).orElse(defaults.drainDelay());
        var hookTimeout = blame.read(ConfigKeys.SHUTDOWN_HOOK_TIMEOUT).orElse(defaults.hookTimeout());
        var samePriority = blame.read(ConfigKeys.SHUTDOWN_SAME_PRIORITY).orElse(defaults.samePriority());
        ShutdownSpec spec =
                blame.build(() -> new ShutdownSpec(budget, drainDelay, hookTimeout, samePriority), defaults);
        warnWithoutDrain(blame);
        return new Shutdown(
                spec,
                settings.read(ConfigKeys.SHUTDOWN_GRACE_PERIOD).orElse(Shutdown.GRACE_PERIOD),
                settings.read(ConfigKeys.SHUTDOWN_SECOND_SIGNAL).orElse(KernelConfig.SecondSignal.HALT));
    }

    private void warnWithoutDrain(Blame blame) {
        // The spelling that becomes KUBERNETES_SERVICE_HOST in an environment, of this host or of MicroProfile Config.
        boolean inKubernetes = settings.given("kubernetes.service.host").isPresent();
        if (inKubernetes && blame.given(ConfigKeys.SHUTDOWN_DRAIN_DELAY).isEmpty()) {
            settings.warn(ConfigKeys.SHUTDOWN_DRAIN_DELAY.pattern()
                    + " is not set and this is Kubernetes: requests on their way to a stopping pod fail;"
                    + " set it to 5s or so, or to 0s to say that this is meant");
        }
    }
}
