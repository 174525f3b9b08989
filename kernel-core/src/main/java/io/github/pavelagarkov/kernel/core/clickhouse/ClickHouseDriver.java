package io.github.pavelagarkov.kernel.core.clickhouse;

import com.clickhouse.jdbc.Driver;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings.Compression;
import io.github.pavelagarkov.kernel.core.internal.pool.ConnectionSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** All that needs the driver itself and not only java.sql: connections that have answered once. */
final class ClickHouseDriver {
    static final String CLASS = "com.clickhouse.jdbc.Driver";
    static final String TEST_QUERY = "SELECT 1";

    private ClickHouseDriver() {}

    static ConnectionSource connections(String name, ClickHouseSettings settings) {
        Driver driver = new Driver();
        return () -> {
            Connection open = driver.connect(settings.url().text(), properties(name, settings));
            if (open == null) {
                throw new SQLException("the ClickHouse driver does not take this URL");
            }
            try {
                greet(open, settings);
                return open;
            } catch (SQLException | RuntimeException e) {
                ConnectionSource.end(open);
                throw e;
            }
        };
    }

    private static Properties properties(String name, ClickHouseSettings settings) {
        Properties properties = new Properties();
        settings.username().ifPresent(user -> properties.setProperty("user", user));
        settings.password().ifPresent(secret -> properties.setProperty("password", secret.reveal()));
        boolean compressed = settings.compression() == Compression.LZ4;
        // The driver's words are the server's: it compresses what it answers and decompresses what it gets.
        properties.setProperty("compress", Boolean.toString(compressed));
        properties.setProperty("decompress", Boolean.toString(compressed));
        properties.setProperty(
                "connection_timeout", Long.toString(settings.connectTimeout().toMillis()));
        properties.setProperty(
                "socket_timeout", Long.toString(settings.socketTimeout().toMillis()));
        properties.setProperty("client_name", settings.clientName().orElse(name));
        // One socket a connection: the driver has a pool of its own in each, which would multiply ours.
        properties.setProperty("max_open_connections", "1");
        // It repeats inserts too, without a pause, and then throws only the last failure.
        properties.setProperty("client_retry_on_failures", "None");
        properties.setProperty("retry", "0");
        return properties;
    }

    /** The driver opens nothing until a statement is sent, so a wrong password would be found by whoever sends the first. */
    private static void greet(Connection open, ClickHouseSettings settings) throws SQLException {
        open.setNetworkTimeout(Runnable::run, millis(settings.connectTimeout().toMillis()));
        try (Statement statement = open.createStatement();
                ResultSet rows = statement.executeQuery(TEST_QUERY)) {
            if (!rows.next()) {
                throw new SQLException("the server answered '" + TEST_QUERY + "' with nothing");
            }
        }
        open.setNetworkTimeout(Runnable::run, millis(settings.socketTimeout().toMillis()));
    }

    private static int millis(long value) {
        return (int) Math.min(value, Integer.MAX_VALUE);
    }
}
