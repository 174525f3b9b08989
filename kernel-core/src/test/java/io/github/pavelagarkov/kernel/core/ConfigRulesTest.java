package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.core.KernelConfig.Probes;
import io.github.pavelagarkov.kernel.core.KernelConfig.Setting;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.leader.OverrunReaction;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CF-1 and CF-2. */
class ConfigRulesTest {
    @Test
    void cf1_defaultsAreThoseOfTheContract() {
        KernelConfig config = KernelConfig.defaults();

        assertThat(config.election("cron")).isEqualTo(ElectionSpec.of("cron"));
        assertThat(config.scheduler("main")).isEqualTo(SchedulerSpec.of("main"));
        assertThat(config.shutdown().spec()).isEqualTo(ShutdownSpec.defaults());
        assertThat(config.shutdown().gracePeriod()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.shutdown().secondSignal()).isEqualTo(KernelConfig.SecondSignal.HALT);
        assertThat(config.redis().address()).isEmpty();
        assertThat(config.redis().wire()).isEqualTo(KernelConfig.RedisWire.KERNEL);
        assertThat(config.probes()).isEmpty();
        assertThat(config.readinessRequire()).isEmpty();
        assertThat(config.application()).isEmpty();
        assertThat(config.identity()).isEmpty();
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void cf1_systemPropertyBeatsEnvironmentBeatsFile() {
        KernelConfig config = KernelConfig.read(
                ConfigSource.systemProperties(ConfigProblems.properties("kernel.shutdown.budget", "11s")),
                ConfigSource.environment(Map.of("KERNEL_SHUTDOWN_BUDGET", "12s", "KERNEL_SHUTDOWN_HOOK_TIMEOUT", "2s")),
                ConfigSource.properties(
                        "app.properties",
                        Map.of(
                                "kernel.shutdown.budget", "13s",
                                "kernel.shutdown.hook-timeout", "3s",
                                "kernel.shutdown.drain-delay", "4s",
                                "other.key", "left alone")));

        assertThat(config.shutdown().spec().budget()).isEqualTo(Duration.ofSeconds(11));
        assertThat(config.shutdown().spec().hookTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.shutdown().spec().drainDelay()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.settings())
                .contains(
                        new Setting("kernel.shutdown.budget", "11s", "system property"),
                        new Setting("kernel.shutdown.hook-timeout", "2s", "environment KERNEL_SHUTDOWN_HOOK_TIMEOUT"),
                        new Setting("kernel.shutdown.drain-delay", "4s", "app.properties"),
                        new Setting("kernel.shutdown.grace-period", "30s", "default"));
    }

    @Test
    void cf1_emptyValueTakesTheDefault() {
        KernelConfig config = KernelConfig.read(
                ConfigSource.environment(Map.of("KERNEL_PROBES_PORT", " ")),
                ConfigSource.properties("app.properties", Map.of("kernel.probes.port", "8081")));

        assertThat(config.probes()).isEmpty();
    }

    @Test
    void cf1_environmentVariableOfANameWithDashes() {
        KernelConfig config = KernelConfig.read(ConfigSource.environment(Map.of(
                "KERNEL_LEADER_NAMES", "cron-jobs, mail",
                "KERNEL_LEADER_CRON_JOBS_LEASE", "30s",
                "KERNEL_LEADER_MAIL_ON_OVERRUN", "HEALTH_DOWN")));

        assertThat(config.leader().elections()).containsOnlyKeys("cron-jobs", "mail");
        assertThat(config.election("cron-jobs").timing().lease()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.election("mail").onOverrun()).isEqualTo(OverrunReaction.HEALTH_DOWN);
    }

    @ParameterizedTest
    @CsvSource({"30s", "PT30S", "30000ms", "' 30 s '"})
    void cf1_durationsAreReadInEverySpelling(String text) {
        assertThat(KernelConfig.of(Map.of("kernel.shutdown.budget", text))
                        .shutdown()
                        .spec()
                        .budget())
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void cf1_yamlTakesCamelCaseAndTheKeysOfAMapAsNames() {
        Map<String, Object> elections = new LinkedHashMap<>();
        elections.put("defaults", Map.of("stopTimeout", "7s"));
        elections.put("cron", Map.of("pollMax", "4s", "back-off", "2s"));
        elections.put("mail", null);
        Map<String, Object> kernel = Map.of(
                "application", "billing",
                "leader", elections,
                "scheduler", Map.of("main", Map.of("historySize", 5)),
                "shutdown", Map.of("drainDelay", "5s", "samePriority", "PARALLEL"),
                "readiness", Map.of("require", List.of("redis", "postgres")),
                "probes", Map.of("port", 0));

        KernelConfig config = KernelConfig.read(ConfigSource.yaml("service.yml", kernel));

        assertThat(config.leader().elections()).containsOnlyKeys("cron", "mail");
        assertThat(config.election("cron").timing().pollMax()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.election("cron").backOff()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.election("mail").stopTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(config.scheduler("main").historySize()).isEqualTo(5);
        assertThat(config.shutdown().spec().samePriority()).isEqualTo(ShutdownSpec.SamePriority.PARALLEL);
        assertThat(config.readinessRequire()).containsExactly("redis", "postgres");
        assertThat(config.probes()).contains(new Probes("0.0.0.0", 0));
    }

    @Test
    void cf1_bothSpellingsInOneMapAreNotGuessed() {
        Map<String, Object> kernel = Map.of("shutdown", Map.of("drainDelay", "5s", "drain-delay", "6s"));

        assertThat(ConfigProblems.of(ConfigSource.yaml("service.yml", kernel)))
                .extracting(Problem::toString)
                .containsExactly("kernel.shutdown.drainDelay = '***' (service.yml):"
                        + " unknown key; did you mean kernel.shutdown.drain-delay?");
    }

    @Test
    void cf1_yamlDoesNotRenameAThing() {
        assertThat(ConfigProblems.of(ConfigSource.yaml(
                        "service.yml", Map.of("leader", Map.of("cronJobs", Map.of("lease", "30s"))))))
                .first()
                .satisfies(problem -> {
                    assertThat(problem.key()).isEqualTo("kernel.leader.names");
                    assertThat(problem.value()).isEqualTo("cronJobs");
                });
    }

    @Test
    void cf1_settingsOfAnElectionComeFromItselfThenFromDefaults() {
        KernelConfig config = KernelConfig.of(Map.of(
                "kernel.leader.names", "cron",
                "kernel.leader.defaults.lease", "30s",
                "kernel.leader.defaults.jitter", "0.2",
                "kernel.leader.cron.lease", "20s"));

        assertThat(config.election("cron").timing().lease()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.election("cron").timing().jitter()).isEqualTo(0.2);
        assertThat(config.election("other").name()).isEqualTo("other");
        assertThat(config.election("other").timing().lease()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void cf1_onlyTheLeaseGivesTheRestInProportion() {
        KernelConfig config = KernelConfig.of(Map.of("kernel.leader.names", "cron", "kernel.leader.cron.lease", "30s"));

        assertThat(config.election("cron").timing()).isEqualTo(LeaseTiming.ofLease(Duration.ofSeconds(30)));
        assertThat(config.settings()).contains(new Setting("kernel.leader.cron.margin", "10s", "derived"));
    }

    @Test
    void cf1_propertiesFileIsReadAsUtf8(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("app.properties"), "kernel.shutdown.budget=9s\nname=Żółw\n");

        assertThat(KernelConfig.read(ConfigSource.file(file)).shutdown().spec().budget())
                .isEqualTo(Duration.ofSeconds(9));
        assertThatThrownBy(() -> ConfigSource.file(directory.resolve("none.properties")))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("none.properties");
    }

    @Test
    void cf1_anotherSystemIsAskedKeyByKey() {
        Map<String, String> values = Map.of("kernel.application", "billing", "kernel.redis.uri", "redis://r");

        KernelConfig config = KernelConfig.read(ConfigSource.lookup(
                "MicroProfile Config",
                key -> Optional.ofNullable(values.get(key)),
                key -> "app.properties",
                values.keySet()));

        assertThat(config.application()).contains("billing");
        assertThat(config.requireApplication("a lease store")).isEqualTo("billing");
    }

    @Test
    void cf3_anotherSystemSaysWhereItFoundABadValue() {
        Map<String, String> values = Map.of("kernel.shutdown.budget", "soon", "kernel.shutdwon.budget", "1s");

        assertThatThrownBy(() -> KernelConfig.read(ConfigSource.lookup(
                        "MicroProfile Config",
                        key -> Optional.ofNullable(values.get(key)),
                        key -> "file of " + key,
                        values.keySet())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("file of kernel.shutdown.budget")
                .hasMessageContaining("file of kernel.shutdwon.budget");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://h,              redis://h:6379,       0",
        "redis://h:7/,           redis://h:7,          0",
        "rediss://h:7/15,        rediss://h:7,         15",
        "redis://[::1]:7/1,      redis://[::1]:7,      1",
        "redis://10.0.0.1,       redis://10.0.0.1:6379,0"
    })
    void cf1_redisUriHasHostPortAndDatabase(String uri, String address, int database) {
        var read = KernelConfig.of(Map.of("kernel.application", "billing", "kernel.redis.uri", uri))
                .redis()
                .address()
                .orElseThrow();

        assertThat(read.uri()).isEqualTo(address);
        assertThat(read.database()).isEqualTo(database);
    }

    @Test
    void cf2_allProblemsAtOnceWithKeyValueSourceAndWhatIsAllowed() {
        List<Problem> problems = ConfigProblems.of(
                ConfigSource.environment(Map.of("KERNEL_PROBES_PORT", "70000")),
                ConfigSource.properties(
                        "app.properties",
                        Map.of(
                                "kernel.application", "My App",
                                "kernel.shutdown.budget", "soon",
                                "kernel.shutdown.second-signal", "explode",
                                "kernel.scheduler.names", "main",
                                "kernel.scheduler.main.limit", "0",
                                "kernel.config.ignore-unknown", "yes",
                                "kernel.leader.defaults.jitter", "0.6")));

        assertThat(problems)
                .extracting(Problem::toString)
                .containsExactly(
                        "kernel.application = 'My App' (app.properties): must be a name: [a-z][a-z0-9-]{0,62}",
                        "kernel.config.ignore-unknown = 'yes' (app.properties): must be true or false",
                        "kernel.leader.defaults.jitter = '0.6' (app.properties): must be a number from 0 to 0.5",
                        "kernel.probes.port = '70000' (environment KERNEL_PROBES_PORT):"
                                + " must be a whole number from 0 to 65535",
                        "kernel.scheduler.main.limit = '0' (app.properties): must be a whole number from 1 to 1000000",
                        "kernel.shutdown.budget = 'soon' (app.properties):"
                                + " must be a duration above zero such as 500ms, 30s, 5m or PT30S",
                        "kernel.shutdown.second-signal = 'explode' (app.properties): must be halt or ignore");
    }

    @Test
    void cf2_contradictionIsAProblemOfTheSettingThatWasMade() {
        List<Problem> problems = ConfigProblems.of(ConfigSource.properties(
                "app.properties",
                Map.of(
                        "kernel.shutdown.drain-delay", "25s",
                        "kernel.leader.names", "cron,mail,sms",
                        "kernel.leader.cron.forced-stop", "6s",
                        "kernel.leader.mail.lease", "100ms",
                        "kernel.leader.sms.back-off", "5s",
                        "kernel.leader.sms.back-off-max", "4s")));

        assertThat(problems)
                .extracting(Problem::key)
                .containsExactly(
                        "kernel.leader.cron.forced-stop",
                        "kernel.leader.mail.lease",
                        "kernel.leader.sms.back-off-max",
                        "kernel.shutdown.drain-delay");
        assertThat(problems.get(0).allowed()).contains("margin", "PT5S", "forcedStop PT6S");
        assertThat(problems.get(3).allowed())
                .isEqualTo("shutdown drainDelay must be less than budget PT25S, was PT25S");
    }

    @Test
    void cf2_wrongDefaultOfAllElectionsIsToldOnce() {
        assertThat(ConfigProblems.of(ConfigSource.properties(
                        "app.properties",
                        Map.of("kernel.leader.names", "a,b,c", "kernel.leader.defaults.margin", "20s"))))
                .extracting(Problem::key)
                .containsExactly("kernel.leader.defaults.margin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cron,cron", "cron,,mail", "defaults", "names", "cron,"})
    void cf2_listOfNamesHasEachNameOnce(String names) {
        assertThat(ConfigProblems.of(ConfigSource.properties("code", Map.of("kernel.leader.names", names))))
                .extracting(Problem::key)
                .containsExactly("kernel.leader.names");
    }

    @Test
    void cf2_longestHoldBackFollowsALongFirstOne() {
        KernelConfig config = KernelConfig.of(Map.of("kernel.leader.defaults.back-off", "2m"));

        assertThat(config.election("cron").backOffMax()).isEqualTo(Duration.ofMinutes(2));
    }
}
