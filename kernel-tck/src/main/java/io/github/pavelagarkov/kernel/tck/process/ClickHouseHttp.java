package io.github.pavelagarkov.kernel.tck.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Asks a ClickHouse over HTTP, one connection for each question, without a driver.
 *
 * @param address {@code http://host:port/?database=…}
 * @param user to log in with
 * @param password of the user
 */
record ClickHouseHttp(URI address, String user, String password) {
    private static final int MILLIS = 20_000;
    private static final int OK = 200;

    /** {@return the address behind a URL of JDBC} */
    static URI addressOf(String jdbcUrl) {
        URI url = URI.create(jdbcUrl.replaceFirst("^jdbc:(clickhouse|ch):", "http:"));
        String database = url.getPath().isEmpty() ? "" : url.getPath().substring(1);
        return URI.create("http://" + url.getAuthority() + "/" + (database.isEmpty() ? "" : "?database=" + database));
    }

    /**
     * {@return the rows as texts, in the format TabSeparated}
     *
     * @param sql one statement
     * @throws IllegalStateException if the server refuses it
     * @throws UncheckedIOException if it cannot be reached
     */
    List<List<String>> query(String sql) {
        try {
            HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
            connection.setConnectTimeout(MILLIS);
            connection.setReadTimeout(MILLIS);
            connection.setRequestProperty("X-ClickHouse-User", user);
            connection.setRequestProperty("X-ClickHouse-Key", password);
            connection.setRequestProperty("Connection", "close");
            connection.setDoOutput(true);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(sql.getBytes(StandardCharsets.UTF_8));
            }
            boolean accepted = connection.getResponseCode() == OK;
            try (InputStream in = accepted ? connection.getInputStream() : connection.getErrorStream()) {
                String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
                if (!accepted) {
                    throw new IllegalStateException("clickhouse refused: " + text.strip());
                }
                return text.lines()
                        .map(line -> List.copyOf(Arrays.asList(line.split("\t", -1))))
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not ask the clickhouse at " + address, e);
        }
    }
}
