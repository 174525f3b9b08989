package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.core.internal.config.PostgresUrl;
import io.github.pavelagarkov.kernel.core.internal.pool.PoolLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How to reach one PostgreSQL with many connections, and how many. Start with {@link #builder}.
 *
 * <p>What HikariCP would replace or switch off without a word is refused here, so the values that are shown are those that
 * hold. Immutable; {@link #toString()} shows no password.
 *
 * @param url {@code jdbc:postgresql://host[:port]/database[?parameters]}, without credentials
 * @param username empty for what the driver takes by itself
 * @param password never shown
 * @param maxSize how many connections there may be; 1 to 10,000 [20]
 * @param minIdle how many unused ones are kept ready; 0 to {@code maxSize} [a quarter of it]
 * @param idleTimeout after how long an unused one above {@code minIdle} is closed; at least 10 s and a second less than {@code
 *     maxLifetime} [10 min]
 * @param maxLifetime after how long one is replaced once it is unused; the pool takes up to 25 % off, so that not all end at
 *     once; at least 30 s [30 min]
 * @param keepalive how often an unused one is tried; at least 30 s, less than {@code maxLifetime} [2 min]
 * @param connectTimeout how long opening one may take, in whole seconds rounded up; 1 ms to 10 min [2 s]
 * @param acquireTimeout how long a caller waits for one; at least 250 ms, longer than {@code connectTimeout} [5 s]
 * @param applicationName what the server calls them in {@code pg_stat_activity}; 1 to 63 printable ASCII characters; empty for
 *     what the URL says, otherwise the name of the pool
 * @param sslMode how they are encrypted; empty for what the URL says, otherwise the driver's {@code prefer}
 * @see <a href="SPEC.md">SPEC.md PG-1</a>
 */
public record PostgresPoolSettings(
        String url,
        Optional<String> username,
        Optional<Secret> password,
        int maxSize,
        int minIdle,
        Duration idleTimeout,
        Duration maxLifetime,
        Duration keepalive,
        Duration connectTimeout,
        Duration acquireTimeout,
        Optional<String> applicationName,
        Optional<SslMode> sslMode) {
    /** The class of the driver, for those who ask for it by name. */
    public static final String DRIVER_CLASS = "org.postgresql.Driver";

    private static final Duration SHORTEST_IDLE = Duration.ofSeconds(10);
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(30);
    private static final Duration SHORTEST_KEEPALIVE = Duration.ofSeconds(30);
    private static final Duration SHORTEST_ACQUIRE = Duration.ofMillis(250);
    private static final Duration LONGEST_CONNECT = Duration.ofMinutes(10);
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** How connections are encrypted; the words are those of libpq and of the driver. */
    public enum SslMode {
        /** Never. */
        DISABLE,
        /** Only if the server insists. */
        ALLOW,
        /** If the server can; the driver's own choice. */
        PREFER,
        /** Always, whoever the server is. */
        REQUIRE,
        /** Always, with a certificate that a trusted authority has signed. */
        VERIFY_CA,
        /** Always, with such a certificate for the very host. */
        VERIFY_FULL
    }

    /**
     * Checks the values, each by itself and together.
     *
     * @throws IllegalArgumentException if a value is missing or out of range; if values contradict each other, with a line for
     *     each contradiction and both values in it; no password is in the message
     */
    public PostgresPoolSettings {
        Check.notNull("postgres url", url);
        try {
            url = PostgresUrl.parse(url.strip()).text();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("url must be " + PostgresUrl.FORM + ", was '"
                    + Check.printable(PostgresUrl.masked(url)) + "': expected " + e.getMessage());
        }
        Check.notNull("username", username);
        Check.notNull("password", password);
        Check.range("maxSize", maxSize, 1, 10_000);
        Check.range("minIdle", minIdle, 0, 10_000);
        Check.atLeast("idleTimeout", idleTimeout, SHORTEST_IDLE);
        Check.atLeast("maxLifetime", maxLifetime, SHORTEST_LIFE);
        Check.atLeast("keepalive", keepalive, SHORTEST_KEEPALIVE);
        Check.atLeast("connectTimeout", connectTimeout, Duration.ofMillis(1));
        Check.atLeast("acquireTimeout", acquireTimeout, SHORTEST_ACQUIRE);
        Check.notNull("applicationName", applicationName).ifPresent(PostgresPoolSettings::checkApplicationName);
        Check.notNull("sslMode", sslMode);
        refuse(contradictions(
                new PostgresUrl(url),
                maxSize,
                minIdle,
                idleTimeout,
                maxLifetime,
                keepalive,
                connectTimeout,
                acquireTimeout,
                applicationName,
                sslMode));
    }

    private static void checkApplicationName(String name) {
        // The server would cut off what is longer and put a question mark for every other character.
        if (!name.matches("[ -~]{1,63}")) {
            throw new IllegalArgumentException(
                    "applicationName must be 1 to 63 printable ASCII characters, was '" + Check.printable(name) + "'");
        }
    }

    // The first word of each line is the field to blame: the reader of configurations looks for it.
    private static List<String> contradictions(
            PostgresUrl url,
            int maxSize,
            int minIdle,
            Duration idleTimeout,
            Duration maxLifetime,
            Duration keepalive,
            Duration connectTimeout,
            Duration acquireTimeout,
            Optional<String> applicationName,
            Optional<SslMode> sslMode) {
        List<String> found = new ArrayList<>();
        if (minIdle > maxSize) {
            found.add("minIdle must be at most maxSize " + maxSize + ", was " + minIdle);
        }
        if (idleTimeout.plus(SECOND).compareTo(maxLifetime) > 0) {
            found.add("idleTimeout must be a second less than maxLifetime " + maxLifetime + " or shorter, was "
                    + idleTimeout);
        }
        if (keepalive.compareTo(maxLifetime) >= 0) {
            found.add("keepalive must be less than maxLifetime " + maxLifetime + ", was " + keepalive);
        }
        if (connectTimeout.compareTo(LONGEST_CONNECT) > 0) {
            found.add("connectTimeout must be at most " + LONGEST_CONNECT + ", was " + connectTimeout);
        }
        if (acquireTimeout.compareTo(connectTimeout) <= 0) {
            found.add("acquireTimeout must be longer than connectTimeout " + connectTimeout + ", was " + acquireTimeout
                    + ": nobody would wait until a connection is open");
        }
        url.parameter("connectTimeout")
                .ifPresent(value -> found.add(saidTwice("connectTimeout", connectTimeout, value)));
        applicationName.ifPresent(name -> url.parameter("ApplicationName")
                .ifPresent(value -> found.add(saidTwice("applicationName", "'" + name + "'", value))));
        sslMode.ifPresent(
                mode -> url.parameter("sslmode").ifPresent(value -> found.add(saidTwice("sslMode", mode, value))));
        return found;
    }

    private static String saidTwice(String field, Object here, String inUrl) {
        return field + " is " + here + " and the url says '" + Check.printable(inUrl)
                + "'; say it once, not in the url";
    }

    private static void refuse(List<String> contradictions) {
        if (!contradictions.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", contradictions));
        }
    }

    /**
     * {@return a builder with the defaults}
     *
     * @param url {@code jdbc:postgresql://host[:port]/database[?parameters]}, without credentials; several hosts with {@code
     *     targetServerType=primary} for a fail-over
     */
    public static Builder builder(String url) {
        return new Builder(url);
    }

    /** {@return hosts and database: what an operator needs, and no secret} */
    public String address() {
        return new PostgresUrl(url).address();
    }

    /** {@return what the pool itself needs of it} */
    PoolLimits limits() {
        return new PoolLimits(maxSize, minIdle, idleTimeout, maxLifetime, keepalive, connectTimeout, acquireTimeout);
    }

    /** {@return the settings without the password} */
    @Override
    public String toString() {
        return "PostgresPoolSettings[" + PostgresUrl.masked(url) + ", username=" + username.orElse("") + ", password="
                + password.map(Secret::toString).orElse("") + ", maxSize=" + maxSize + ", minIdle=" + minIdle
                + ", idleTimeout=" + idleTimeout + ", maxLifetime=" + maxLifetime + ", keepalive=" + keepalive
                + ", connectTimeout=" + connectTimeout + ", acquireTimeout=" + acquireTimeout + ", applicationName="
                + applicationName.orElse("") + ", sslMode="
                + sslMode.map(SslMode::name).orElse("") + "]";
    }

    /** Collects settings; what is not set follows from what is. Not thread-safe. */
    public static final class Builder {
        private static final int MAX_SIZE = 20;
        private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(10);
        private static final Duration MAX_LIFETIME = Duration.ofMinutes(30);
        private static final Duration KEEPALIVE = Duration.ofMinutes(2);
        private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(5);

        private final String url;
        private Optional<String> username = Optional.empty();
        private Optional<Secret> password = Optional.empty();
        private int maxSize = MAX_SIZE;
        private Optional<Integer> minIdle = Optional.empty();
        private Optional<Duration> idleTimeout = Optional.empty();
        private Duration maxLifetime = MAX_LIFETIME;
        private Optional<Duration> keepalive = Optional.empty();
        private Duration connectTimeout = KernelConfig.Postgres.CONNECT_TIMEOUT;
        private Optional<Duration> acquireTimeout = Optional.empty();
        private Optional<String> applicationName = Optional.empty();
        private Optional<SslMode> sslMode = Optional.empty();

        private Builder(String url) {
            this.url = url;
        }

        /** Sets {@link PostgresPoolSettings#username()} and returns this builder. */
        public Builder username(String role) {
            username = Optional.of(Check.notNull("username", role));
            return this;
        }

        /** Sets {@link PostgresPoolSettings#password()} and returns this builder. */
        public Builder password(Secret secret) {
            password = Optional.of(Check.notNull("password", secret));
            return this;
        }

        /** Sets {@link PostgresPoolSettings#maxSize()} and returns this builder. */
        public Builder maxSize(int connections) {
            maxSize = connections;
            return this;
        }

        /** Sets {@link PostgresPoolSettings#minIdle()}, else a quarter of the maximum, and returns this builder. */
        public Builder minIdle(int connections) {
            minIdle = Optional.of(connections);
            return this;
        }

        /** Sets {@link PostgresPoolSettings#idleTimeout()}, at most half a life if never called, and returns this builder. */
        public Builder idleTimeout(Duration unused) {
            idleTimeout = Optional.of(Check.notNull("idleTimeout", unused));
            return this;
        }

        /** Sets {@link PostgresPoolSettings#maxLifetime()} and returns this builder. */
        public Builder maxLifetime(Duration life) {
            maxLifetime = life;
            return this;
        }

        /** Sets {@link PostgresPoolSettings#keepalive()}, at most half a life if never called, and returns this builder. */
        public Builder keepalive(Duration between) {
            keepalive = Optional.of(Check.notNull("keepalive", between));
            return this;
        }

        /** Sets {@link PostgresPoolSettings#connectTimeout()} and returns this builder. */
        public Builder connectTimeout(Duration opening) {
            connectTimeout = opening;
            return this;
        }

        /** Sets {@link PostgresPoolSettings#acquireTimeout()} and returns this builder. */
        public Builder acquireTimeout(Duration waiting) {
            acquireTimeout = Optional.of(Check.notNull("acquireTimeout", waiting));
            return this;
        }

        /** Sets {@link PostgresPoolSettings#applicationName()} and returns this builder. */
        public Builder applicationName(String name) {
            applicationName = Optional.of(Check.notNull("applicationName", name));
            return this;
        }

        /** Sets {@link PostgresPoolSettings#sslMode()} and returns this builder. */
        public Builder sslMode(SslMode mode) {
            sslMode = Optional.of(Check.notNull("sslMode", mode));
            return this;
        }

        /**
         * {@return the settings}
         *
         * @throws IllegalArgumentException as {@link PostgresPoolSettings} says
         */
        public PostgresPoolSettings build() {
            Check.range("maxSize", maxSize, 1, 10_000);
            Duration half = Check.positive("maxLifetime", maxLifetime).dividedBy(2);
            Duration waiting = Check.positive("connectTimeout", connectTimeout).plus(ACQUIRE_TIMEOUT.dividedBy(2));
            return new PostgresPoolSettings(
                    url,
                    username,
                    password,
                    maxSize,
                    minIdle.orElse(maxSize / 4),
                    idleTimeout.orElse(within(SHORTEST_IDLE, half, IDLE_TIMEOUT)),
                    maxLifetime,
                    keepalive.orElse(within(SHORTEST_KEEPALIVE, half, KEEPALIVE)),
                    connectTimeout,
                    acquireTimeout.orElse(within(ACQUIRE_TIMEOUT, waiting, waiting)),
                    applicationName,
                    sslMode);
        }

        private static Duration within(Duration least, Duration value, Duration most) {
            Duration capped = value.compareTo(most) > 0 ? most : value;
            return capped.compareTo(least) < 0 ? least : capped;
        }
    }
}
