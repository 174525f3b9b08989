package io.github.pavelagarkov.kernel.core.redis;

import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.redisson.config.NameMapper;
import org.redisson.config.SingleServerConfig;

/** Redisson's settings, tamed. */
final class RedissonConfigs {
    private RedissonConfigs() {}

    static Config of(RedisSettings settings) {
        Config config = new Config();
        // Its defaults are 16 + 32 threads and 24 connections; a few hundred small commands a second need none of that.
        config.setThreads(2);
        // Notification, request and answer of a hand-over on one thread: that is a tenth faster than on two. Nothing of
        // ours that runs on it blocks.
        config.setNettyThreads(1);
        // Or create() would block and fail while Redis is away.
        config.setLazyInitialization(true);
        settings.username().ifPresent(config::setUsername);
        settings.password().ifPresent(config::setPassword);
        SingleServerConfig server = config.useSingleServer()
                .setAddress((settings.tls() ? "rediss://" : "redis://") + settings.host() + ":" + settings.port())
                .setDatabase(settings.database())
                .setConnectionPoolSize(4)
                .setConnectionMinimumIdleSize(1)
                .setSubscriptionConnectionPoolSize(1)
                .setSubscriptionConnectionMinimumIdleSize(1)
                .setDnsMonitoringInterval(5_000);
        server.setClientName("kernel");
        server.setConnectTimeout(Math.toIntExact(settings.connectTimeout().toMillis()));
        server.setTimeout(Math.toIntExact(settings.commandTimeout().toMillis()));
        // Retries belong to the lease engine, which knows what a late answer means.
        server.setRetryAttempts(0);
        // The default of 30 s finds a half-open connection long after a lease has run out.
        server.setPingConnectionInterval(1_000);
        return config;
    }

    static void refuseNameMapper(RedissonClient client) {
        NameMapper mapper = client.getConfig().getNameMapper();
        if (mapper != null && !"kernel".equals(mapper.map("kernel"))) {
            throw new IllegalArgumentException("the Redisson client has a NameMapper, which maps 'kernel' to '"
                    + mapper.map("kernel") + "': keys would not be those of other processes; use a client without one");
        }
    }
}
