package io.github.pavelagarkov.kernel.tck.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisEndpointTest {
    @Test
    void startsItsOwnServerAndEndsIt() {
        long pid;
        try (RedisEndpoint endpoint = RedisEndpoint.find(Map.of())) {
            pid = endpoint.process().orElseThrow().pid();
            assertThat(endpoint.command().send("PING").text()).isEqualTo("PONG");
        }

        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
    }

    @Test
    void takesTheGivenServerAndLeavesItRunning() {
        try (RedisProcess given = RedisProcess.builder().requirepass("word").start()) {
            Map<String, String> env = Map.of(RedisEndpoint.ENV, given.uri().toString());

            try (RedisEndpoint endpoint = RedisEndpoint.find(env)) {
                assertThat(endpoint.uri()).isEqualTo(given.uri());
                assertThat(endpoint.process()).isEmpty();
                assertThat(endpoint.command().send("PING").text()).isEqualTo("PONG");
            }

            assertThat(given.send("PING").text()).isEqualTo("PONG");
        }
    }

    @Test
    void aGivenServerThatDoesNotAnswerFailsAndNoOtherIsTaken() {
        int port;
        try (RedisProcess gone = RedisProcess.start()) {
            port = gone.port();
        }

        assertThatThrownBy(() -> RedisEndpoint.find(Map.of(RedisEndpoint.ENV, "redis://127.0.0.1:" + port)))
                .hasMessageContaining("did not answer PING");
    }

    @Test
    void aBadUriIsRefusedWithoutShowingIt() {
        assertThatThrownBy(() -> RedisEndpoint.find(Map.of(RedisEndpoint.ENV, "redis://:pass word@host")))
                .hasMessage("KERNEL_TEST_REDIS_URI must be redis://[:password@]host:port, is no URI");
        assertThatThrownBy(() -> RedisCommand.at(URI.create("http://:word@host:1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("word@host");
    }

    @Test
    void theBinaryOfTheEnvironmentComesFirst(@TempDir Path directory) throws Exception {
        Path binary = Files.createFile(directory.resolve("redis-server"));

        assertThatThrownBy(() -> RedisBinary.find(Map.of(RedisBinary.ENV, binary.toString()), directory))
                .hasMessage("KERNEL_TEST_REDIS_SERVER must be the path of an executable, was '" + binary + "'");

        assertThat(binary.toFile().setExecutable(true)).isTrue();
        assertThat(RedisBinary.find(Map.of(RedisBinary.ENV, binary.toString()), directory))
                .isEqualTo(Offer.of(binary));
        assertThat(RedisBinary.find(Map.of(), directory).found().orElseThrow())
                .isNotEqualTo(binary)
                .isExecutable();
    }
}
