package io.github.pavelagarkov.kernel.tck.process;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A ClickHouse for tests that harm no server: a given one, or one of our own.
 *
 * <p>The environment variables {@code KERNEL_TEST_CLICKHOUSE_URL} ({@code jdbc:clickhouse://host:port/database}, the port of
 * HTTP), {@code KERNEL_TEST_CLICKHOUSE_USER} and {@code KERNEL_TEST_CLICKHOUSE_PASSWORD} name a given one, whose data a test must
 * not assume to be empty. Without them a {@link ClickHouseProcess} is started. Thread-safe.
 */
public final class ClickHouseEndpoint implements AutoCloseable {
    static final String URL = "KERNEL_TEST_CLICKHOUSE_URL";
    static final String USER = "KERNEL_TEST_CLICKHOUSE_USER";
    static final String PASSWORD = "KERNEL_TEST_CLICKHOUSE_PASSWORD";

    private final String url;
    private final ClickHouseHttp http;
    private final Optional<ClickHouseProcess> process;

    private ClickHouseEndpoint(String url, String user, String password, Optional<ClickHouseProcess> process) {
        this.url = url;
        this.http = new ClickHouseHttp(ClickHouseHttp.addressOf(url), user, password);
        this.process = process;
    }

    /** {@return a ClickHouse that answers} */
    public static ClickHouseEndpoint find() {
        return find(System.getenv());
    }

    static ClickHouseEndpoint find(Map<String, String> env) {
        return new Providers<>(
                        "ClickHouse",
                        env,
                        List.of(
                                new Providers.Source<>(
                                        "set " + URL + " to jdbc:clickhouse://host:port/database, with " + USER
                                                + " and " + PASSWORD,
                                        () -> given(env)),
                                new Providers.Source<>(
                                        "see what a ClickHouseProcess needs", () -> Optional.of(ownProcess()))))
                .first();
    }

    private static Optional<ClickHouseEndpoint> given(Map<String, String> env) {
        String url = env.getOrDefault(URL, "");
        if (url.isEmpty()) {
            return Optional.empty();
        }
        ClickHouseEndpoint endpoint = new ClickHouseEndpoint(
                url, env.getOrDefault(USER, "default"), env.getOrDefault(PASSWORD, ""), Optional.empty());
        // Who names a server wants that one: if it does not answer the test fails and takes no other.
        List<List<String>> unused = endpoint.query("SELECT 1");
        return Optional.of(endpoint);
    }

    private static ClickHouseEndpoint ownProcess() {
        ClickHouseProcess own = ClickHouseProcess.start();
        return new ClickHouseEndpoint(own.url(), own.user(), own.password(), Optional.of(own));
    }

    /** {@return where it is, {@code jdbc:clickhouse://host:port/database}} */
    public String url() {
        return url;
    }

    /** {@return the user to log in with} */
    public String user() {
        return http.user();
    }

    /** {@return the password of the user} */
    public String password() {
        return http.password();
    }

    /**
     * Runs a statement that must succeed, over HTTP and without a driver.
     *
     * @param sql one statement
     * @return the rows as texts, as the format TabSeparated has them; empty if there are none
     * @throws IllegalStateException if the server refuses it
     * @throws java.io.UncheckedIOException if the server cannot be reached
     */
    public List<List<String>> query(String sql) {
        return http.query(sql);
    }

    /** {@return the server, if it is our own and may be harmed} */
    public Optional<ClickHouseProcess> process() {
        return process;
    }

    /** Ends the server if it is our own; a given one is left alone. */
    @Override
    public void close() {
        process.ifPresent(ClickHouseProcess::close);
    }
}
