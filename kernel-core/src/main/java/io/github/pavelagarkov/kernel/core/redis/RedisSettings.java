package io.github.pavelagarkov.kernel.core.redis;

import io.github.pavelagarkov.kernel.Check;
import java.net.URI;
import java.net.URISyntaxException;
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
 * @param commandTimeout how long a command may take [1 s]
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
    private static final String ALLOWED = "must look like redis://[user:password@]host[:port][/database] or rediss://…";
    private static final int DEFAULT_PORT = 6379;

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
        Check.notNull("redis uri", uri);
        URI parsed;
        try {
            parsed = new URI(uri.strip());
        } catch (URISyntaxException e) {
            // Neither the exception nor its message may go on: both hold the whole text, password included.
            throw malformed(uri);
        }
        boolean tls = "rediss".equals(parsed.getScheme());
        if (!(tls || "redis".equals(parsed.getScheme())) || parsed.getHost() == null || parsed.getQuery() != null) {
            throw malformed(uri);
        }
        String[] user = parsed.getUserInfo() == null
                ? new String[0]
                : parsed.getUserInfo().split(":", 2);
        return new RedisSettings(
                parsed.getHost(),
                parsed.getPort() < 0 ? DEFAULT_PORT : parsed.getPort(),
                tls,
                database(parsed, uri),
                user.length > 0 && !user[0].isEmpty() ? Optional.of(user[0]) : Optional.empty(),
                user.length > 1 ? Optional.of(user[1]) : Optional.empty(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
    }

    private static int database(URI parsed, String uri) {
        String path = parsed.getPath() == null ? "" : parsed.getPath();
        if (path.isEmpty() || path.equals("/")) {
            return 0;
        }
        if (!path.matches("/\\d{1,7}")) {
            throw malformed(uri);
        }
        return Integer.parseInt(path.substring(1));
    }

    private static IllegalArgumentException malformed(String uri) {
        return new IllegalArgumentException("redis uri " + ALLOWED + ", was '" + masked(uri) + "'");
    }

    /**
     * {@return a URI without its password, fit for a message}
     *
     * @param uri any text
     */
    public static String masked(String uri) {
        int scheme = uri.indexOf("://");
        int from = scheme < 0 ? 0 : scheme + 3;
        int at = uri.lastIndexOf('@');
        return Check.printable(at < from ? uri : uri.substring(0, from) + "***" + uri.substring(at));
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
