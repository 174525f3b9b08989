package io.github.pavelagarkov.kernel.clickhouse;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How to reach one ClickHouse over HTTP with many connections, and how many. Start with {@link #builder}.
 *
 * <p>What a pool would replace or switch off without a word is refused here, so the values that are shown are those that hold.
 * Immutable; {@link #toString()} shows no password.
 *
 * @param url where; without credentials
 * @param username empty for what the server calls {@code default}
 * @param password never shown
 * @param maxSize how many connections there may be, each with one socket; 1 to 1,000 [10]
 * @param minIdle how many unused ones are kept ready; 0 to {@code maxSize} [1]
 * @param idleTimeout after how long an unused one above {@code minIdle} is closed; at least 10 s and a second less than {@code
 *     maxLifetime} [1 min]
 * @param maxLifetime after how long one is replaced once it is unused; the pool takes up to 25 % off, so that not all end at
 *     once; at least 30 s [30 min]
 * @param connectTimeout how long opening a socket may take; 1 ms to 10 min [2 s]
 * @param acquireTimeout how long a caller waits for a connection; at least 250 ms, longer than {@code connectTimeout} [5 s]
 * @param socketTimeout how long the server may be silent while a statement runs; 1 s to 1 day [30 s]
 * @param drainTimeout how long a connection that is lent out may go on after a reconnect has replaced it; 1 ms to 1 day [30 s]
 * @param clientName what the server calls the connections, in {@code system.processes} and {@code system.query_log} ({@code
 *     http_user_agent}); 1 to 63 printable ASCII characters; empty for the name of the pool
 * @param compression of what is sent and received [LZ4]
 * @see <a href="SPEC.md">SPEC.md CH-6</a>
 */
public record ClickHouseSettings(
        ClickHouseUrl url,
        Optional<String> username,
        Optional<Secret> password,
        int maxSize,
        int minIdle,
        Duration idleTimeout,
        Duration maxLifetime,
        Duration connectTimeout,
        Duration acquireTimeout,
        Duration socketTimeout,
        Duration drainTimeout,
        Optional<String> clientName,
        Compression compression) {
    private static final int MOST = 1_000;
    private static final Duration SHORTEST_IDLE = Duration.ofSeconds(10);
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(30);
    private static final Duration SHORTEST_ACQUIRE = Duration.ofMillis(250);
    private static final Duration LONGEST_CONNECT = Duration.ofMinutes(10);
    private static final Duration LONGEST_CALL = Duration.ofDays(1);
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** What is done to the data on its way. */
    public enum Compression {
        /** Fast, and what the server speaks by itself. */
        LZ4,
        /** Nothing. */
        NONE
    }

    /**
     * Checks the values, each by itself and together.
     *
     * @throws IllegalArgumentException if a value is missing or out of range; if values contradict each other, with a line for
     *     each contradiction and both values in it; no password is in the message
     */
    public ClickHouseSettings {
        Check.notNull("url", url);
        Check.notNull("username", username);
        Check.notNull("password", password);
        Check.range("maxSize", maxSize, 1, MOST);
        Check.range("minIdle", minIdle, 0, MOST);
        Check.atLeast("idleTimeout", idleTimeout, SHORTEST_IDLE);
        Check.atLeast("maxLifetime", maxLifetime, SHORTEST_LIFE);
        Check.atLeast("connectTimeout", connectTimeout, MILLISECOND);
        Check.atLeast("acquireTimeout", acquireTimeout, SHORTEST_ACQUIRE);
        Check.atLeast("socketTimeout", socketTimeout, SECOND);
        Check.atLeast("drainTimeout", drainTimeout, MILLISECOND);
        Check.notNull("clientName", clientName).ifPresent(ClickHouseSettings::checkClientName);
        Check.notNull("compression", compression);
        List<String> found = new ArrayList<>();
        if (minIdle > maxSize) {
            found.add("minIdle must be at most maxSize " + maxSize + ", was " + minIdle);
        }
        if (idleTimeout.plus(SECOND).compareTo(maxLifetime) > 0) {
            found.add("idleTimeout must be a second less than maxLifetime " + maxLifetime + " or shorter, was "
                    + idleTimeout);
        }
        atMost("connectTimeout", connectTimeout, LONGEST_CONNECT, found);
        if (acquireTimeout.compareTo(connectTimeout) <= 0) {
            found.add("acquireTimeout must be longer than connectTimeout " + connectTimeout + ", was " + acquireTimeout
                    + ": nobody would wait until a connection is open");
        }
        atMost("socketTimeout", socketTimeout, LONGEST_CALL, found);
        atMost("drainTimeout", drainTimeout, LONGEST_CALL, found);
        if (!found.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", found));
        }
    }

    private static void checkClientName(String name) {
        if (!name.matches("[ -~]{1,63}")) {
            throw new IllegalArgumentException(
                    "clientName must be 1 to 63 printable ASCII characters, was '" + Check.printable(name) + "'");
        }
    }

    // The first word of each line is the field to blame: the reader of configurations looks for it.
    private static void atMost(String field, Duration value, Duration most, List<String> found) {
        if (value.compareTo(most) > 0) {
            found.add(field + " must be at most " + most + ", was " + value);
        }
    }

    /**
     * {@return a builder with the defaults}
     *
     * @param url {@code jdbc:clickhouse://host[:port][/database][?parameters]}, without credentials
     * @throws IllegalArgumentException as {@link ClickHouseUrl} says
     */
    public static Builder builder(String url) {
        return new Builder(new ClickHouseUrl(url));
    }

    /** {@return host and database: what an operator needs, and no secret} */
    public String address() {
        return url.address();
    }

    /** {@return the settings without the password} */
    @Override
    public String toString() {
        return "ClickHouseSettings[" + url + ", username=" + username.orElse("") + ", password="
                + password.map(Secret::toString).orElse("") + ", maxSize=" + maxSize + ", minIdle=" + minIdle
                + ", idleTimeout=" + idleTimeout + ", maxLifetime=" + maxLifetime + ", connectTimeout=" + connectTimeout
                + ", acquireTimeout=" + acquireTimeout + ", socketTimeout=" + socketTimeout + ", drainTimeout="
                + drainTimeout + ", clientName=" + clientName.orElse("") + ", compression=" + compression + "]";
    }

    /** Collects settings; what is not set follows from what is. Not thread-safe. */
    public static final class Builder {
        private static final int MAX_SIZE = 10;
        private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);
        private static final Duration MAX_LIFETIME = Duration.ofMinutes(30);
        private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
        private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(5);

        private final ClickHouseUrl url;
        private Optional<String> username = Optional.empty();
        private Optional<Secret> password = Optional.empty();
        private int maxSize = MAX_SIZE;
        private Optional<Integer> minIdle = Optional.empty();
        private Optional<Duration> idleTimeout = Optional.empty();
        private Duration maxLifetime = MAX_LIFETIME;
        private Duration connectTimeout = CONNECT_TIMEOUT;
        private Optional<Duration> acquireTimeout = Optional.empty();
        private Duration socketTimeout = Duration.ofSeconds(30);
        private Duration drainTimeout = Duration.ofSeconds(30);
        private Optional<String> clientName = Optional.empty();
        private Compression compression = Compression.LZ4;

        private Builder(ClickHouseUrl url) {
            this.url = url;
        }

        /** Sets {@link ClickHouseSettings#username()} and returns this builder. */
        public Builder username(String user) {
            username = Optional.of(Check.notNull("username", user));
            return this;
        }

        /** Sets {@link ClickHouseSettings#password()} and returns this builder. */
        public Builder password(Secret secret) {
            password = Optional.of(Check.notNull("password", secret));
            return this;
        }

        /** Sets {@link ClickHouseSettings#maxSize()} and returns this builder. */
        public Builder maxSize(int connections) {
            maxSize = connections;
            return this;
        }

        /** Sets {@link ClickHouseSettings#minIdle()}, one if never called, and returns this builder. */
        public Builder minIdle(int connections) {
            minIdle = Optional.of(connections);
            return this;
        }

        /** Sets {@link ClickHouseSettings#idleTimeout()}, at most half a life if never called, and returns this builder. */
        public Builder idleTimeout(Duration unused) {
            idleTimeout = Optional.of(Check.notNull("idleTimeout", unused));
            return this;
        }

        /** Sets {@link ClickHouseSettings#maxLifetime()} and returns this builder. */
        public Builder maxLifetime(Duration life) {
            maxLifetime = life;
            return this;
        }

        /** Sets {@link ClickHouseSettings#connectTimeout()} and returns this builder. */
        public Builder connectTimeout(Duration opening) {
            connectTimeout = opening;
            return this;
        }

        /** Sets {@link ClickHouseSettings#acquireTimeout()} and returns this builder. */
        public Builder acquireTimeout(Duration waiting) {
            acquireTimeout = Optional.of(Check.notNull("acquireTimeout", waiting));
            return this;
        }

        /** Sets {@link ClickHouseSettings#socketTimeout()} and returns this builder. */
        public Builder socketTimeout(Duration silence) {
            socketTimeout = silence;
            return this;
        }

        /** Sets {@link ClickHouseSettings#drainTimeout()} and returns this builder. */
        public Builder drainTimeout(Duration goingOn) {
            drainTimeout = goingOn;
            return this;
        }

        /** Sets {@link ClickHouseSettings#clientName()} and returns this builder. */
        public Builder clientName(String name) {
            clientName = Optional.of(Check.notNull("clientName", name));
            return this;
        }

        /** Sets {@link ClickHouseSettings#compression()} and returns this builder. */
        public Builder compression(Compression kind) {
            compression = kind;
            return this;
        }

        /**
         * {@return the settings}
         *
         * @throws IllegalArgumentException as {@link ClickHouseSettings} says
         */
        public ClickHouseSettings build() {
            Duration half = Check.positive("maxLifetime", maxLifetime).dividedBy(2);
            Duration idle = half.compareTo(IDLE_TIMEOUT) < 0 ? half : IDLE_TIMEOUT;
            Duration waiting = Check.positive("connectTimeout", connectTimeout).plus(ACQUIRE_TIMEOUT.dividedBy(2));
            return new ClickHouseSettings(
                    url,
                    username,
                    password,
                    maxSize,
                    minIdle.orElse(1),
                    idleTimeout.orElse(idle.compareTo(SHORTEST_IDLE) < 0 ? SHORTEST_IDLE : idle),
                    maxLifetime,
                    connectTimeout,
                    acquireTimeout.orElse(waiting.compareTo(ACQUIRE_TIMEOUT) > 0 ? waiting : ACQUIRE_TIMEOUT),
                    socketTimeout,
                    drainTimeout,
                    clientName,
                    compression);
        }
    }
}
