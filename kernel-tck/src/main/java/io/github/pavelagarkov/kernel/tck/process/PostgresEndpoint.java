package io.github.pavelagarkov.kernel.tck.process;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A PostgreSQL for tests that harm no server: a given one, or one of our own.
 *
 * <p>The environment variables {@code KERNEL_TEST_POSTGRES_URL} ({@code jdbc:postgresql://host:port/database}), {@code
 * KERNEL_TEST_POSTGRES_USER} and {@code KERNEL_TEST_POSTGRES_PASSWORD} name a given one, whose data a test must not assume to
 * be empty. Without them a {@link PostgresProcess} is started. Thread-safe.
 */
public final class PostgresEndpoint implements AutoCloseable {
    static final String URL = "KERNEL_TEST_POSTGRES_URL";
    static final String USER = "KERNEL_TEST_POSTGRES_USER";
    static final String PASSWORD = "KERNEL_TEST_POSTGRES_PASSWORD";

    private final String url;
    private final String user;
    private final String password;
    private final Optional<PostgresProcess> process;

    private PostgresEndpoint(String url, String user, String password, Optional<PostgresProcess> process) {
        this.url = url;
        this.user = user;
        this.password = password;
        this.process = process;
    }

    /** {@return a PostgreSQL that answers} */
    public static PostgresEndpoint find() {
        return find(System.getenv());
    }

    static PostgresEndpoint find(Map<String, String> env) {
        return new Providers<>(
                        "PostgreSQL",
                        env,
                        List.of(
                                new Providers.Source<>(
                                        "set " + URL + " to jdbc:postgresql://host:port/database, with " + USER
                                                + " and " + PASSWORD,
                                        () -> given(env)),
                                new Providers.Source<>(
                                        "see what a PostgresProcess needs", () -> Optional.of(ownProcess()))))
                .first();
    }

    private static Optional<PostgresEndpoint> given(Map<String, String> env) {
        String url = env.getOrDefault(URL, "");
        if (url.isEmpty()) {
            return Optional.empty();
        }
        PostgresEndpoint endpoint = new PostgresEndpoint(
                url, env.getOrDefault(USER, "postgres"), env.getOrDefault(PASSWORD, ""), Optional.empty());
        // Who names a server wants that one: if it does not answer the test fails and takes no other.
        List<List<String>> unused = endpoint.query("SELECT 1");
        return Optional.of(endpoint);
    }

    private static PostgresEndpoint ownProcess() {
        PostgresProcess own = PostgresProcess.start();
        return new PostgresEndpoint(own.url(), own.user(), own.password(), Optional.of(own));
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

    /** {@return the server, if it is our own and may be harmed} */
    public Optional<PostgresProcess> process() {
        return process;
    }

    /** Ends the server if it is our own; a given one is left alone. */
    @Override
    public void close() {
        process.ifPresent(PostgresProcess::close);
    }
}
