package io.github.pavelagarkov.kernel.tck.process;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A PostgreSQL for tests that harm no server: a given one, one of our own, or one in a container.
 *
 * <p>The environment variables {@code KERNEL_TEST_POSTGRES_URL} ({@code jdbc:postgresql://host:port/database}), {@code
 * KERNEL_TEST_POSTGRES_USER} and {@code KERNEL_TEST_POSTGRES_PASSWORD} name a given one, whose data a test must not assume to
 * be empty. Without them a {@link PostgresProcess} is started; without what that needs, a container of Docker, if {@code
 * org.testcontainers:testcontainers} is on the test class path, of the image {@code postgres:18-alpine} or the one that {@code
 * KERNEL_TEST_POSTGRES_IMAGE} names. Without all three the test is aborted, and fails if {@code CI} is set. Thread-safe.
 */
public final class PostgresEndpoint implements AutoCloseable {
    static final String URL = "KERNEL_TEST_POSTGRES_URL";
    static final String USER = "KERNEL_TEST_POSTGRES_USER";
    static final String PASSWORD = "KERNEL_TEST_POSTGRES_PASSWORD";
    static final String IMAGE = "KERNEL_TEST_POSTGRES_IMAGE";

    private static final String USUAL_IMAGE = "postgres:18-alpine";
    private static final int PORT = 5432;
    /** Of a server in a container, and its database. */
    private static final String OWN = "kernel";

    private final String url;
    private final String user;
    private final String password;
    private final Optional<PostgresProcess> process;
    private final Runnable end;

    private PostgresEndpoint(
            String url, String user, String password, Optional<PostgresProcess> process, Runnable end) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.process = process;
        this.end = end;
    }

    /** {@return a PostgreSQL that answers} */
    public static PostgresEndpoint find() {
        return find(System.getenv());
    }

    static PostgresEndpoint find(Map<String, String> env) {
        Offer<PostgresEndpoint> offer =
                Offer.first(List.of(() -> given(env), () -> ownProcess(env), () -> container(env)));
        return offer.orEndTest("PostgreSQL", env);
    }

    private static Offer<PostgresEndpoint> given(Map<String, String> env) {
        String url = env.getOrDefault(URL, "");
        if (url.isEmpty()) {
            return Offer.none(
                    "set " + URL + " to jdbc:postgresql://host:port/database, with " + USER + " and " + PASSWORD);
        }
        PostgresEndpoint endpoint = new PostgresEndpoint(
                url, env.getOrDefault(USER, "postgres"), env.getOrDefault(PASSWORD, ""), Optional.empty(), () -> {});
        // Who names a server wants that one: if it does not answer the test fails and takes no other.
        List<List<String>> unused = endpoint.query("SELECT 1");
        return Offer.of(endpoint);
    }

    private static Offer<PostgresEndpoint> ownProcess(Map<String, String> env) {
        return PostgresProcess.builder()
                .startIfThere(env)
                .map(own -> new PostgresEndpoint(own.url(), own.user(), own.password(), Optional.of(own), own::close));
    }

    static Offer<PostgresEndpoint> container(Map<String, String> env) {
        String password = UUID.randomUUID().toString();
        return ServerContainer.start(ServerContainer.Image.of(env, IMAGE, USUAL_IMAGE, PORT), settings(password))
                .map(container -> inContainer(container, password));
    }

    private static Map<String, String> settings(String password) {
        return Map.of("POSTGRES_DB", OWN, "POSTGRES_USER", OWN, "POSTGRES_PASSWORD", password);
    }

    private static PostgresEndpoint inContainer(ServerContainer container, String password) {
        PostgresEndpoint endpoint = new PostgresEndpoint(
                "jdbc:postgresql://" + container.address() + "/" + OWN,
                OWN,
                password,
                Optional.empty(),
                container::close);
        container.awaitAnswer(() -> {
            List<List<String>> unused = endpoint.query("SELECT 1");
        });
        return endpoint;
    }

    /** {@return where it is, {@code jdbc:postgresql://host:port/database}} */
    public String url() {
        return url;
    }

    /** {@return the user to log in with} */
    public String user() {
        return user;
    }

    /** {@return the password of the user} */
    public String password() {
        return password;
    }

    /** {@return a new connection; close it} */
    public Connection connect() {
        return PostgresQueries.connect(url, user, password);
    }

    /**
     * Runs SQL that must succeed, on a connection of its own.
     *
     * @param sql one statement or several
     * @return the rows of the first statement as texts, {@code "null"} for none; empty if it has no rows
     * @throws IllegalStateException if the server cannot be reached or refuses it
     */
    public List<List<String>> query(String sql) {
        try (Connection connection = connect()) {
            return PostgresQueries.query(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException("postgres refused: " + e.getMessage(), e);
        }
    }

    /** {@return the server, if it is a process of our own and may be harmed} */
    public Optional<PostgresProcess> process() {
        return process;
    }

    /** Ends the server, or its container, if it is our own; a given one is left alone. */
    @Override
    public void close() {
        end.run();
    }
}
