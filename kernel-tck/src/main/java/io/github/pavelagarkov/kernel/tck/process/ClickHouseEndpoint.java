package io.github.pavelagarkov.kernel.tck.process;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A ClickHouse for tests that harm no server: a given one, one of our own, or one in a container.
 *
 * <p>The environment variables {@code KERNEL_TEST_CLICKHOUSE_URL} ({@code jdbc:clickhouse://host:port/database}, the port of
 * HTTP), {@code KERNEL_TEST_CLICKHOUSE_USER} and {@code KERNEL_TEST_CLICKHOUSE_PASSWORD} name a given one, whose data a test must
 * not assume to be empty. Without them a {@link ClickHouseProcess} is started; without what that needs, a container of Docker,
 * if {@code org.testcontainers:testcontainers} is on the test class path, of the image {@code clickhouse/clickhouse-server:26.7} or the one that
 * {@code KERNEL_TEST_CLICKHOUSE_IMAGE} names. Without all three the test is aborted, and fails if {@code CI} is set. Thread-safe.
 */
public final class ClickHouseEndpoint implements AutoCloseable {
    static final String URL = "KERNEL_TEST_CLICKHOUSE_URL";
    static final String USER = "KERNEL_TEST_CLICKHOUSE_USER";
    static final String PASSWORD = "KERNEL_TEST_CLICKHOUSE_PASSWORD";
    static final String IMAGE = "KERNEL_TEST_CLICKHOUSE_IMAGE";

    private static final String USUAL_IMAGE = "clickhouse/clickhouse-server:26.7";
    private static final int PORT = 8123;
    /** Of a server in a container, and its database. */
    private static final String OWN = "kernel";

    private final String url;
    private final ClickHouseHttp http;
    private final Optional<ClickHouseProcess> process;
    private final Runnable end;

    private ClickHouseEndpoint(
            String url, String user, String password, Optional<ClickHouseProcess> process, Runnable end) {
        this.url = url;
        this.http = new ClickHouseHttp(ClickHouseHttp.addressOf(url), user, password);
        this.process = process;
        this.end = end;
    }

    /** {@return a ClickHouse that answers} */
    public static ClickHouseEndpoint find() {
        return find(System.getenv());
    }

    static ClickHouseEndpoint find(Map<String, String> env) {
        Offer<ClickHouseEndpoint> offer =
                Offer.first(List.of(() -> given(env), () -> ownProcess(env), () -> container(env)));
        return offer.orEndTest("ClickHouse", env);
    }

    private static Offer<ClickHouseEndpoint> given(Map<String, String> env) {
        String url = env.getOrDefault(URL, "");
        if (url.isEmpty()) {
            return Offer.none(
                    "set " + URL + " to jdbc:clickhouse://host:port/database, with " + USER + " and " + PASSWORD);
        }
        ClickHouseEndpoint endpoint = new ClickHouseEndpoint(
                url, env.getOrDefault(USER, "default"), env.getOrDefault(PASSWORD, ""), Optional.empty(), () -> {});
        // Who names a server wants that one: if it does not answer the test fails and takes no other.
        List<List<String>> unused = endpoint.query("SELECT 1");
        return Offer.of(endpoint);
    }

    private static Offer<ClickHouseEndpoint> ownProcess(Map<String, String> env) {
        return ClickHouseProcess.builder()
                .startIfThere(env)
                .map(own ->
                        new ClickHouseEndpoint(own.url(), own.user(), own.password(), Optional.of(own), own::close));
    }

    static Offer<ClickHouseEndpoint> container(Map<String, String> env) {
        String password = UUID.randomUUID().toString();
        return ServerContainer.start(ServerContainer.Image.of(env, IMAGE, USUAL_IMAGE, PORT), settings(password))
                .map(container -> inContainer(container, password));
    }

    private static Map<String, String> settings(String password) {
        return Map.of(
                "CLICKHOUSE_DB",
                OWN,
                "CLICKHOUSE_USER",
                OWN,
                "CLICKHOUSE_PASSWORD",
                password,
                "CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT",
                "1");
    }

    private static ClickHouseEndpoint inContainer(ServerContainer container, String password) {
        ClickHouseEndpoint endpoint = new ClickHouseEndpoint(
                "jdbc:clickhouse://" + container.address() + "/" + OWN,
                OWN,
                password,
                Optional.empty(),
                container::close);
        container.awaitAnswer(() -> {
            List<List<String>> unused = endpoint.query("SELECT 1");
        });
        return endpoint;
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

    /** {@return the server, if it is a process of our own and may be harmed} */
    public Optional<ClickHouseProcess> process() {
        return process;
    }

    /** Ends the server, or its container, if it is our own; a given one is left alone. */
    @Override
    public void close() {
        end.run();
    }
}
