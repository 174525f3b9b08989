package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.core.internal.config.PostgresUrl;
import java.time.Duration;
import java.util.Optional;

/**
 * How to reach one PostgreSQL.
 *
 * @param url {@code jdbc:postgresql://host[:port]/database[?parameters]}, without credentials; several hosts with {@code
 *     targetServerType=primary} for a fail-over
 * @param username empty for what the driver takes by itself
 * @param password never shown
 * @param connectTimeout how long opening a connection may take, in whole seconds rounded up [2 s]
 */
public record PostgresSettings(
        String url, Optional<String> username, Optional<String> password, Duration connectTimeout) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is missing or out of range; no password is in the message
     */
    public PostgresSettings {
        Check.notNull("postgres url", url);
        try {
            url = PostgresUrl.parse(url.strip()).text();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("postgres url must be " + PostgresUrl.FORM + ", was '"
                    + Check.printable(PostgresUrl.masked(url)) + "': expected " + e.getMessage());
        }
        Check.notNull("postgres username", username);
        Check.notNull("postgres password", password);
        Check.atLeast("postgres connectTimeout", connectTimeout, Duration.ofMillis(1));
    }

    /**
     * {@return a server without credentials and with default timeouts}
     *
     * @param url {@code jdbc:postgresql://host[:port]/database[?parameters]}
     * @throws IllegalArgumentException if it is malformed or has credentials in it
     */
    public static PostgresSettings of(String url) {
        return new PostgresSettings(url, Optional.empty(), Optional.empty(), KernelConfig.Postgres.CONNECT_TIMEOUT);
    }

    /**
     * {@return what a configuration says; empty if it names no PostgreSQL}
     *
     * @param config the configuration
     */
    public static Optional<PostgresSettings> of(KernelConfig.Postgres config) {
        return config.url()
                .map(url -> new PostgresSettings(
                        url, config.username(), config.password().map(Secret::reveal), config.connectTimeout()));
    }

    /**
     * {@return these settings with a user}
     *
     * @param name of the role
     * @param secret its password
     */
    public PostgresSettings withCredentials(String name, String secret) {
        return new PostgresSettings(url, Optional.of(name), Optional.of(secret), connectTimeout);
    }

    /**
     * {@return these settings with another patience}
     *
     * @param connect how long opening a connection may take; at least 1 ms
     */
    public PostgresSettings withConnectTimeout(Duration connect) {
        return new PostgresSettings(url, username, password, connect);
    }

    /** {@return hosts and database: what an operator needs, and no secret} */
    public String address() {
        return new PostgresUrl(url).address();
    }

    /** {@return the settings without the password} */
    @Override
    public String toString() {
        return "PostgresSettings[" + PostgresUrl.masked(url) + ", username=" + username.orElse("") + ", password="
                + (password.isPresent() ? Secret.MASK : "") + ", connectTimeout=" + connectTimeout + "]";
    }
}
