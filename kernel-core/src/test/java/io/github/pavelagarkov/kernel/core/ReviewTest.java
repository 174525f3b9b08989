package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** CF-2: what is wrong is one list, whatever kind it is of, before anything is opened. */
final class ReviewTest {
    private static final String FILE = "shop.properties";
    private static final HostProfile SERVER = HostProfile.of("a server").sharingProcess();
    private static final KernelListener SILENT = new KernelListener() {};

    private static JobSpec job(String name) {
        return JobSpec.named(name)
                .every(Duration.ofSeconds(1))
                .task(context -> {})
                .build();
    }

    private static HookSpec hook(String name) {
        return HookSpec.of(name, ShutdownRegistry.LOW, context -> {});
    }

    private static ConfigSource file(Map<String, String> settings) {
        return ConfigSource.properties(FILE, settings);
    }

    private static List<Problem> problems(KernelBuilder builder) {
        return catchThrowableOfType(ConfigurationException.class, builder::build)
                .problems();
    }

    /** Public, as the methods of a bean are. */
    public static final class Settles {
        @Job(every = "1s", leader = "biling")
        public void settle() {}
    }

    @Test
    void cf2_problemsOfEveryKindAreOneList() {
        KernelBuilder builder = Kernel.builder()
                .settings(file(Map.of(
                        "kernel.leader.store", "memory",
                        "kernel.leader.names", "billing",
                        "kernel.leader.billing.margin", "20s",
                        "kernel.leader.billing.on-overrun", "halt",
                        "kernel.shutdown.budget", "soon")))
                .host(SERVER)
                .listener("audit", SILENT)
                .listener("audit", SILENT)
                .hook(hook("db"))
                .hook(hook("db"))
                .job("reprots", job("report"))
                .jobs(new Settles());

        assertThat(problems(builder))
                .extracting(Problem::key, Problem::value, Problem::source)
                .containsExactlyInAnyOrder(
                        tuple("kernel.leader.billing.margin", "20s", FILE),
                        tuple("kernel.shutdown.budget", "soon", FILE),
                        tuple("kernel.leader.billing.on-overrun", "halt", FILE),
                        tuple("listener name", "audit", "code"),
                        tuple("hook name", "db", "code"),
                        tuple("scheduler of job 'report'", "reprots", "code"),
                        tuple("leader of job 'settle'", "biling", "@Job"));
    }

    /** Public, as the methods of a bean are. */
    public static final class Reports {
        @Job(every = "1s", leader = "reports")
        public void report() {}
    }

    @Test
    void cf2_anElectionThatIsNotThereIsOneProblemAlsoIfASchedulerHasItsName() {
        KernelBuilder builder =
                Kernel.builder().scheduler(SchedulerSpec.of("reports")).jobs(new Reports());

        assertThat(problems(builder))
                .extracting(Problem::key, Problem::value)
                .containsExactly(tuple("leader of job 'report'", "reports"));
    }

    @Test
    void cf2_settingsThatAreRightTakeTheProblemsOfEarlierOnesBack() {
        KernelBuilder builder = Kernel.builder().settings(file(Map.of("kernel.shutdown.budget", "soon")));

        builder.config(KernelConfig.defaults()).build().close();
    }

    @Test
    void cf2_everyNameThatTwoThingsWantIsTold() {
        KernelBuilder builder = Kernel.builder()
                .settings(file(Map.of("kernel.leader.store", "memory", "kernel.scheduler.names", "mail,reports")))
                .listener("log", SILENT)
                .onStart("cache", kernel -> {})
                .onStart("cache", kernel -> {})
                .scheduler(SchedulerSpec.of("billing"))
                .scheduler(SchedulerSpec.of("billing"))
                .job(job("tick"))
                .job("mail", job("tick"))
                .leaderJob("billing", job("tick"))
                .leaderJob("mail", job("send"));

        assertThat(problems(builder))
                .extracting(Problem::toString)
                .containsExactlyInAnyOrder(
                        "listener name = 'log' (code): must be unique, there is one already",
                        "component name = 'cache' (code): must be unique, there is one already",
                        "scheduler name = 'billing' (code): must be unique, there is one already",
                        "scheduler name = 'billing' (code): election 'billing' has leader jobs, so no other scheduler may have"
                                + " its name",
                        "kernel.scheduler.names = 'mail,reports' (" + FILE
                                + "): election 'mail' has leader jobs, so no other scheduler may have its name",
                        "job name = 'tick' (code): must be unique, scheduler 'jobs' has one already");
    }

    @Test
    void aJobThatIsSwitchedOffTakesNoName() {
        Kernel.builder()
                .settings(file(Map.of("kernel.jobs.names", "tick", "kernel.jobs.tick.enabled", "false")))
                .job(job("tick"))
                .job(job("tick"))
                .build()
                .close();
    }

    @Test
    void le18_haltOfAllElectionsIsToldOnceWhereItWasSet() {
        KernelBuilder builder = Kernel.builder()
                .settings(file(Map.of(
                        "kernel.leader.store", "memory",
                        "kernel.leader.names", "billing,mail,quiet",
                        "kernel.leader.defaults.on-overrun", "halt",
                        "kernel.leader.mail.on-overrun", "halt",
                        "kernel.leader.quiet.on-overrun", "log")));

        assertThat(problems(builder.host(SERVER)))
                .extracting(Problem::toString)
                .containsExactlyInAnyOrder(
                        "kernel.leader.defaults.on-overrun = 'halt' (" + FILE
                                + "): must be log or health-down where other applications live in the process (a server)",
                        "kernel.leader.mail.on-overrun = 'halt' (" + FILE
                                + "): must be log or health-down where other applications live in the process (a server)");
        builder.host(HostProfile.of("a service")).build().close();
    }

    /** The class path of the tests without some libraries, and nothing else. */
    private static URLClassLoader without(String... libraries) throws IOException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            String name = String.valueOf(Path.of(entry).getFileName());
            if (List.of(libraries).stream().noneMatch(library -> name.startsWith(library + "-"))) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** Loaded once more where libraries are missing. */
    public static final class Shop {
        private Shop() {}

        /** Builds a kernel that needs every library of a backend. */
        public static void build() {
            Kernel.builder()
                    .settings(file(Map.of(
                            "kernel.application", "shop",
                            "kernel.redis.uri", "redis://:s3cret@127.0.0.1:1",
                            "kernel.postgres.names", "orders",
                            "kernel.postgres.orders.url", "jdbc:postgresql://127.0.0.1:1/orders",
                            "kernel.clickhouse.names", "events",
                            "kernel.clickhouse.events.url", "jdbc:clickhouse://127.0.0.1:1/events",
                            "kernel.shutdown.budget", "soon")))
                    .build()
                    .close();
        }

        /** Builds a kernel without any backend. */
        public static void buildNothing() {
            Kernel.builder().build().close();
        }

        /** Builds a kernel whose leases are in PostgreSQL. */
        public static void buildWithLeases() {
            Kernel.builder()
                    .settings(file(Map.of(
                            "kernel.application", "shop", "kernel.postgres.url", "jdbc:postgresql://127.0.0.1:1/shop")))
                    .build()
                    .close();
        }
    }

    private static void call(ClassLoader loader, String method) throws Exception {
        Class.forName(Shop.class.getName(), true, loader).getMethod(method).invoke(null);
    }

    @Test
    void cf2_librariesThatBackendsLackAreInTheList() throws Exception {
        try (URLClassLoader loader = without("redisson", "postgresql", "clickhouse-jdbc", "jdbc-v2", "HikariCP")) {
            assertThatThrownBy(() -> call(loader, "build"))
                    .cause()
                    .hasMessageContaining("6 problems")
                    .hasMessageContaining("kernel.shutdown.budget = 'soon' (" + FILE + ")")
                    .hasMessageContaining("@127.0.0.1:1' (" + FILE
                            + "): needs the library org.redisson:redisson, which is not on the class path: add it")
                    .hasMessageContaining("kernel.postgres.names = 'orders' (" + FILE
                            + "): needs the library org.postgresql:postgresql,")
                    .hasMessageContaining(
                            "kernel.postgres.names = 'orders' (" + FILE + "): needs the library com.zaxxer:HikariCP,")
                    .hasMessageContaining("kernel.clickhouse.names = 'events' (" + FILE
                            + "): needs the library com.clickhouse:clickhouse-jdbc,")
                    .hasMessageContaining(
                            "kernel.clickhouse.names = 'events' (" + FILE + "): needs the library com.zaxxer:HikariCP,")
                    .hasMessageNotContaining("s3cret");
        }
    }

    @Test
    void cf2_leasesInPostgresNeedItsDriver() throws Exception {
        try (URLClassLoader loader = without("postgresql")) {
            assertThatThrownBy(() -> call(loader, "buildWithLeases"))
                    .cause()
                    .hasMessageContaining("1 problem")
                    .hasMessageContaining("kernel.postgres.url = 'jdbc:postgresql://127.0.0.1:1/shop' (" + FILE
                            + "): needs the library org.postgresql:postgresql,");
        }
    }

    @Test
    void aKernelWithoutBackendsNeedsNoLibrary() throws Exception {
        try (URLClassLoader loader = without("redisson", "postgresql", "clickhouse-jdbc", "jdbc-v2", "HikariCP")) {
            call(loader, "buildNothing");
        }
    }
}
