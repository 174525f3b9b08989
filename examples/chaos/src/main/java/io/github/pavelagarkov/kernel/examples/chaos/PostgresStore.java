package io.github.pavelagarkov.kernel.examples.chaos;

import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import java.util.Map;

/** PostgreSQL that commits to disk: a crash loses nothing, only a table that is emptied does. */
final class PostgresStore implements ChaosStore {
    // Sessions of killed replicas may stay for a while.
    private final PostgresProcess postgres =
            PostgresProcess.builder().config("max_connections", "200").start();

    @Override
    public int port() {
        return postgres.port();
    }

    @Override
    public Map<String, String> properties(int proxyPort) {
        return Map.of(
                "kernel.leader.store",
                "postgres",
                "kernel.postgres.url",
                "jdbc:postgresql://127.0.0.1:" + proxyPort + "/postgres",
                "kernel.postgres.username",
                postgres.user(),
                "kernel.postgres.password",
                postgres.password());
    }

    @Override
    public void kill() {
        postgres.kill();
    }

    @Override
    public void restart() {
        postgres.restart();
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public void pause() {
        postgres.pause();
    }

    @Override
    public void resume() {
        postgres.resume();
    }

    @Override
    public void loseData() {
        var unused = postgres.query("TRUNCATE kernel_lease");
    }

    @Override
    public void endSessions() {
        var unused = postgres.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
    }

    @Override
    public void close() {
        postgres.close();
    }
}
