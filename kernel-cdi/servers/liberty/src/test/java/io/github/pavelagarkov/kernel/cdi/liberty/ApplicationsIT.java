package io.github.pavelagarkov.kernel.cdi.liberty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.cdi.KernelExtension;
import io.github.pavelagarkov.kernel.cdi.liberty.app.Leads;
import io.github.pavelagarkov.kernel.cdi.liberty.app.Ledger;
import io.github.pavelagarkov.kernel.cdi.liberty.app.Voice;
import io.github.pavelagarkov.kernel.cdi.tests.host.WebArchives;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applications that come and go in one server, with a real Redis and a real PostgreSQL. */
final class ApplicationsIT {
    private static final int REDEPLOYS = Integer.getInteger("kernel.redeploys", 2);
    /**
     * By the server, its caches of annotations and the like: two were left after {@code -Dkernel.redeploys=10}. With fewer
     * redeploys than this a leak is not seen here.
     */
    private static final int KEPT_BY_OTHERS = 4;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static RedisProcess redis;
    private static PostgresProcess postgres;
    private static Liberty liberty;
    private static JavaProcess server;

    @TempDir
    Path temp;

    @BeforeAll
    static void start() {
        redis = RedisProcess.start();
        postgres = PostgresProcess.start();
        liberty = Liberty.configured("applications", List.of("jdbc-4.3"), """
                <applicationMonitor updateTrigger="polled" pollingRate="200ms"/>
                <library id="postgres"><file name="%s"/></library>
                <dataSource jndiName="jdbc/orders">
                  <jdbcDriver libraryRef="postgres"/>
                  <properties.postgresql serverName="127.0.0.1" portNumber="%d" databaseName="postgres"
                      user="%s" password="%s" applicationName="the server's own"/>
                </dataSource>
                """.formatted(
                        WebArchives.library("postgresql-"), postgres.port(), postgres.user(), postgres.password()));
        liberty.clear();
        server = liberty.process().start();
        server.awaitLine("CWWKF0011I", PATIENCE);
    }

    @AfterAll
    static void stop() {
        Stream.of(server, postgres, redis).forEach(resource -> {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private WebArchive shop(String name, Class<?>... more) {
        return WebArchives.of(
                        name + ".war",
                        List.of(
                                "kernel.application=" + name,
                                "kernel.redis.uri=" + redis.uri(),
                                "kernel.leader.names=billing",
                                "stop.file=" + temp.resolve(name)),
                        Voice.class,
                        Leads.class)
                .addClasses(more);
    }

    /** Puts an archive where the server looks for such. */
    private static void deploy(Archive<?> archive) {
        archive.as(ZipExporter.class)
                .exportTo(
                        liberty.folder()
                                .resolve("dropins")
                                .resolve(archive.getName())
                                .toFile(),
                        true);
    }

    private static void undeploy(Archive<?> archive) throws IOException {
        Files.delete(liberty.folder().resolve("dropins").resolve(archive.getName()));
    }

    private static long count(String said) {
        return server.lines().stream()
                .filter(line -> line.text().contains(said))
                .count();
    }

    private static void awaitSaid(String said, long times) {
        await(said).atMost(PATIENCE).until(() -> count(said) >= times);
    }

    @Test
    void twoWebApplicationsOfOneEarHaveAKernelEach() throws IOException {
        EnterpriseArchive ear =
                ShrinkWrap.create(EnterpriseArchive.class, "two.ear").addAsModules(shop("one"), shop("two"));
        deploy(ear);
        Stream.of("one", "two").forEach(name -> {
            awaitSaid("[" + name + "] leads", 1);
            awaitSaid("[" + name + "] heard of billing", 1);
        });

        Files.createFile(temp.resolve("one"));
        awaitSaid("[one] stops: told to", 1);

        assertThat(count("[two] stops")).as("stops of the other").isZero();
        Files.delete(temp.resolve("one"));
        undeploy(ear);
        awaitSaid("[two] stops: server stops", 1);
        awaitSaid("CWWKZ0009I: The application two", 1);
        deploy(ear);
        Stream.of("one", "two").forEach(name -> awaitSaid("[" + name + "] leads", 2));
        undeploy(ear);
        awaitSaid("CWWKZ0009I: The application two", 2);
        assertThat(count("[one] stops")).isEqualTo(2);
        assertThat(count("[two] stops")).isEqualTo(2);
    }

    @Test
    void aDataSourceOfTheServerIsAPoolOfTheKernel() throws IOException {
        WebArchive ledger = WebArchives.of(
                "ledger.war",
                List.of(
                        "kernel.application=ledger",
                        "kernel.postgres.names=orders",
                        "kernel.postgres.orders.jndi=jdbc/orders"),
                Voice.class,
                Ledger.class);
        deploy(ledger);

        awaitSaid("[ledger] is known to the database as the server's own by com.ibm.ws.rsadapter", 1);

        undeploy(ledger);
        awaitSaid("CWWKZ0009I: The application ledger", 1);
    }

    @Test
    void redeployingLeavesNoThreadNoClassLoaderAndNoConnection() throws Exception {
        WebArchive shop = shop("again");
        for (int i = 1; i <= REDEPLOYS; i++) {
            deploy(shop);
            awaitSaid("[again] leads", i);
            undeploy(shop);
            awaitSaid("CWWKZ0009I: The application again", i);
        }

        await("only the connection that asks").atMost(PATIENCE).until(() -> connections() == 1);
        await("no thread of the kernel").atMost(PATIENCE).until(() -> threads().isEmpty());
        await("extensions that are still there")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(extensions()).isLessThanOrEqualTo(KEPT_BY_OTHERS));
    }

    private static long connections() {
        return redis.send("CLIENT", "LIST").text().lines().count();
    }

    /** {@return those of kernel and its libraries; one that is called alike is Open Liberty's} */
    private static List<String> threads() throws IOException {
        return jcmd("Thread.print")
                .lines()
                .filter(line -> line.matches("\"(kernel-(?!command-listener)|redisson).*"))
                .toList();
    }

    /** {@return how many there are, after a collection of garbage} */
    private static int extensions() throws IOException {
        return jcmd("GC.class_histogram")
                .lines()
                .map(String::strip)
                .filter(line -> line.endsWith(" " + KernelExtension.class.getName()))
                .mapToInt(line -> Integer.parseInt(line.split("\\s+", -1)[1]))
                .sum();
    }

    private static String jcmd(String command) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(server.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
