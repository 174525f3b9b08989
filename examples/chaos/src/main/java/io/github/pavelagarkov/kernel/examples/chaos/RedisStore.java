package io.github.pavelagarkov.kernel.examples.chaos;

import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.util.Map;

/** Redis without persistence: a restart is a loss of data. */
final class RedisStore implements ChaosStore {
    private final RedisProcess redis = RedisProcess.start();

    @Override
    public int port() {
        return redis.port();
    }

    @Override
    public Map<String, String> properties(int proxyPort) {
        return Map.of("kernel.redis.uri", "redis://127.0.0.1:" + proxyPort);
    }

    @Override
    public void kill() {
        redis.kill();
    }

    @Override
    public void restart() {
        redis.restart();
    }

    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public void pause() {
        redis.pause();
    }

    @Override
    public void resume() {
        redis.resume();
    }

    @Override
    public void loseData() {
        redis.send("FLUSHALL");
    }

    @Override
    public void endSessions() {
        throw new UnsupportedOperationException("RESET does this to a Redis");
    }

    @Override
    public void close() {
        redis.close();
    }
}
