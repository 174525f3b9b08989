package io.github.pavelagarkov.kernel.tck.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisProcessTest {
    @Test
    void answersAtOnceAndTellsItsRealPid() {
        try (RedisProcess redis = RedisProcess.start()) {
            assertThat(redis.send("PING").text()).isEqualTo("PONG");
            assertThat(redis.send("INFO", "server").text()).contains("process_id:" + redis.pid() + "\r\n");
            assertThat(redis.uri()).hasToString("redis://127.0.0.1:" + redis.port());
            assertThat(ProcessHandle.of(redis.pid())).isPresent();
        }
    }

    @Test
    void keepsNothingOnDisk() {
        try (RedisProcess redis = RedisProcess.start()) {
            assertThat(redis.send("CONFIG", "GET", "save").texts()).containsExactly("save", "");
            assertThat(redis.send("CONFIG", "GET", "appendonly").texts()).containsExactly("appendonly", "no");
        }
    }

    @Test
    void killEndsItAndRestartBringsItBackEmptyOnTheSamePort() {
        try (RedisProcess redis = RedisProcess.start()) {
            redis.send("SET", "key", "value");
            int port = redis.port();
            long pid = redis.pid();

            redis.kill();

            assertThat(redis.isAlive()).isFalse();
            assertThatThrownBy(() -> redis.send("PING")).isInstanceOf(UncheckedIOException.class);

            redis.restart();

            assertThat(redis.port()).isEqualTo(port);
            assertThat(redis.pid()).isNotEqualTo(pid);
            assertThat(redis.send("GET", "key").kind()).isEqualTo(RedisReply.Kind.NOTHING);
        }
    }

    @Test
    void aPausedServerAcceptsConnectionsAndAnswersWhenItIsResumed() {
        try (RedisProcess redis = RedisProcess.start()) {
            redis.send("SET", "key", "value");

            redis.pause();

            assertThatThrownBy(
                            () -> redis.command().within(Duration.ofMillis(300)).send("PING"))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("did not answer PING");
            assertThat(redis.isAlive()).isTrue();

            redis.resume();

            assertThat(redis.send("GET", "key").text()).isEqualTo("value");
        }
    }

    @Test
    void stopEndsAPausedServerInGoodOrder() {
        try (RedisProcess redis = RedisProcess.start()) {
            redis.pause();

            redis.stop();

            assertThat(redis.isAlive()).isFalse();
            redis.stop();
            redis.kill();
        }
    }

    @Test
    void closeEndsAPausedServerAndMayBeCalledTwice() {
        RedisProcess redis = RedisProcess.start();
        long pid = redis.pid();
        redis.pause();

        redis.close();
        redis.close();

        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
    }

    @Test
    void aPasswordIsRequiredAndStandsInNoProcessList() {
        try (RedisProcess redis = RedisProcess.builder().requirepass("s3cret").start()) {
            assertThat(redis.send("PING").text()).isEqualTo("PONG");
            assertThat(RedisCommand.at(redis.uri()).send("PING").text()).isEqualTo("PONG");
            assertThat(RedisCommand.at(redis.port()).ask("PING"))
                    .satisfies(reply -> assertThat(reply.kind()).isEqualTo(RedisReply.Kind.ERROR))
                    .satisfies(reply -> assertThat(reply.text()).startsWith("NOAUTH"));
            assertThatThrownBy(() -> RedisCommand.at(redis.port(), "wr0ng").send("PING"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("redis refused AUTH: WRONGPASS")
                    .hasMessageNotContaining("wr0ng");
            assertThat(ProcessHandle.of(redis.pid()).orElseThrow().info().toString())
                    .doesNotContain("s3cret");
        }
    }

    @Test
    void configLinesAndAFixedPortAreTaken() {
        int port;
        try (RedisProcess first = RedisProcess.builder().config("maxclients 21").start()) {
            port = first.port();
            assertThat(first.send("CONFIG", "GET", "maxclients").texts()).containsExactly("maxclients", "21");
        }

        try (RedisProcess second = RedisProcess.builder().port(port).start()) {
            assertThat(second.port()).isEqualTo(port);
            assertThat(second.send("PING").text()).isEqualTo("PONG");
        }
    }

    @Test
    void aPortThatIsTakenFailsWithTheOutputOfTheServer() {
        try (RedisProcess first = RedisProcess.start()) {
            RedisProcess.Builder second = RedisProcess.builder().port(first.port());

            assertThatThrownBy(second::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("redis-server on port " + first.port() + " ended with exit code 1")
                    .hasMessageContaining("ddress already in use");
        }
    }

    @Test
    void aBadConfigLineFailsWithTheOutputOfTheServer() {
        assertThatThrownBy(
                        () -> RedisProcess.builder().config("no-such-thing 1").start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no-such-thing");
    }

    @Test
    void commandsInjectFaultsAndMistypedOnesFail() {
        try (RedisProcess redis = RedisProcess.start()) {
            assertThat(redis.send("CLIENT", "KILL", "TYPE", "normal").kind()).isEqualTo(RedisReply.Kind.NUMBER);
            assertThat(redis.send("SCRIPT", "FLUSH").text()).isEqualTo("OK");
            assertThat(redis.send("RPUSH", "list", "one", "zwölf").text()).isEqualTo("2");
            assertThat(redis.send("LRANGE", "list", "0", "-1").texts()).isEqualTo(List.of("one", "zwölf"));
            assertThatThrownBy(() -> redis.send("CLIENT", "KILLL"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("redis refused CLIENT: ERR");
        }
    }
}
