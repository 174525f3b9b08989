package io.github.pavelagarkov.kernel.examples.shop;

import io.github.pavelagarkov.kernel.tck.process.PostgresEndpoint;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A PostgreSQL and a Redis for a test class, without orders; up at once, down after the class. */
final class Servers implements AfterAllCallback {
    private final RedisProcess redis = RedisProcess.start();
    private final PostgresEndpoint postgres;

    Servers() {
        try {
            postgres = PostgresEndpoint.find();
            dropTables();
        } catch (RuntimeException | Error e) {
            redis.close();
            throw e;
        }
    }

    void dropTables() {
        var unused =
                postgres.query("DROP TABLE IF EXISTS orders, settlement_fence; DROP SEQUENCE IF EXISTS sales_batches");
    }

    PostgresEndpoint postgres() {
        return postgres;
    }

    /** {@return what leads a shop to them, by key below {@code kernel.}} */
    Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        settings.put("redis.uri", redis.uri().toString());
        settings.put("postgres.orders.url", postgres.url());
        settings.put("postgres.orders.username", postgres.user());
        settings.put("postgres.orders.password", postgres.password());
        return settings;
    }

    long count(String sql) {
        return Long.parseLong(postgres.query(sql).get(0).get(0));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        postgres.close();
        redis.close();
    }
}
