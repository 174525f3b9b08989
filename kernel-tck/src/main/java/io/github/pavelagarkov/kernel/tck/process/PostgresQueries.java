package io.github.pavelagarkov.kernel.tck.process;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Looks at a PostgreSQL and harms it from outside, through the driver on the class path of the test. */
final class PostgresQueries {
    private static final String SECONDS = "10";

    private PostgresQueries() {}

    static Connection connect(String url, String user, String password) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", SECONDS);
        properties.setProperty("socketTimeout", SECONDS);
        properties.setProperty("ApplicationName", "kernel-test");
        try {
            return DriverManager.getConnection(url, properties);
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "could not connect to " + url.replaceAll("\\?.*", "") + ": " + e.getMessage()
                            + (String.valueOf(e.getMessage()).startsWith("No suitable driver")
                                    ? "; add org.postgresql:postgresql to the test class path"
                                    : ""),
                    e);
        }
    }

    static List<List<String>> query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            List<List<String>> rows = new ArrayList<>();
            if (statement.execute(sql)) {
                try (ResultSet found = statement.getResultSet()) {
                    while (found.next()) {
                        rows.add(row(found));
                    }
                }
            }
            return rows;
        }
    }

    private static List<String> row(ResultSet found) throws SQLException {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
            row.add(String.valueOf(found.getString(i)));
        }
        return row;
    }
}
