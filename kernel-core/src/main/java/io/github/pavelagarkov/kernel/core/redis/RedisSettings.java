package io.github.pavelagarkov.kernel.core.redis;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.core.internal.config.RedisUri;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach one Redis.
 *
 * @param host name or address
 * @param port 1 to 65,535 [6379]
 * @param tls whether to talk TLS ({@code rediss://})
 * @param database 0 to 1,000,000 [0]
 * @param username for ACLs; empty for the default user
 * @param password never shown
 * @param connectTimeout how long opening a connection may take [1 s]
 * @param commandTimeout how long a command may take; longer than an attempt of an election, which gives up first [2 s]
 */
public record RedisSettings(
        String host,
        int port,
        boolean tls,
        int database,
        Optional<String> username,
        Optional<String> password,
        Duration connectTimeout,
        Duration commandTimeout) {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(2);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is missing or out of range; the password is not in the message
     */
    public RedisSettings {
        if (Check.notNull("redis host", host).isBlank()) {
            throw new IllegalArgumentException("redis host must not be empty");
        }
        Check.range("redis port", port, 1, 65_535);
        Check.range("redis database", database, 0, 1_000_000);
        Check.notNull("redis username", username);
        Check.notNull("redis password", password);
        Check.atLeast("redis connectTimeout", connectTimeout, Duration.ofMillis(1));
        Check.atLeast("redis commandTimeout", commandTimeout, Duration.ofMillis(1));
    }

    /**
     * {@return what a URI says, with default timeouts}
     *
     * @param uri {@code redis://[user:password@]host[:port][/database]}, or {@code rediss://} for TLS
     * @throws IllegalArgumentException if it is malformed; the message shows it without its password
     */
    public static RedisSettings of(String uri) {
        RedisUri parsed;
        try {
            parsed = RedisUri.parse(Check.notNull("redis uri", uri).strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("redis uri must be " + RedisUri.FORM + ", was '"
                    + Check.printable(RedisUri.masked(uri)) + "': expected " + e.getMessage());
        }
        KernelConfig.RedisAddress address = parsed.address();
        return new RedisSettings(
                address.host(),
                address.port(),
                address.tls(),
                address.database(),
                parsed.username(),
                parsed.password().map(Secret::reveal),
                CONNECT_TIMEOUT,
                COMMAND_TIMEOUT);
    }

    /**
     * {@return what a configuration says; empty if it names no Redis}
     *
     * @param config the configuration
     */
    public static Optional<RedisSettings> of(KernelConfig.Redis config) {
        return config.address()
                .map(address -> new RedisSettings(
                        address.host(),
                        address.port(),
                        address.tls(),
                        address.database(),
                        config.username(),
                        config.password().map(Secret::reveal),
                        config.connectTimeout(),
                        COMMAND_TIMEOUT));
    }

    /**
     * {@return these settings with another user}
     *
     * @param name for ACLs
     * @param secret its password
     */
    public RedisSettings withCredentials(Optional<String> name, Optional<String> secret) {
        return new RedisSettings(host, port, tls, database, name, secret, connectTimeout, commandTimeout);
    }

    /**
     * {@return these settings with other timeouts}
     *
     * @param connect how long opening a connection may take; at least 1 ms
     * @param command how long a command may take; at least 1 ms
     */
    public RedisSettings withTimeouts(Duration connect, Duration command) {
        return new RedisSettings(host, port, tls, database, username, password, connect, command);
    }

    /** {@return scheme, host, port and database: what an operator needs, and no secret} */
    public String address() {
        return (tls ? "rediss://" : "redis://") + host + ":" + port + (database == 0 ? "" : "/" + database);
    }

    /** {@return the settings without the password} */
    @Override
    public String toString() {
        return "RedisSettings[" + address() + ", username=" + username.orElse("") + ", password="
                + (password.isPresent() ? "***" : "") + ", connectTimeout=" + connectTimeout + ", commandTimeout="
                + commandTimeout + "]";
    }
}
