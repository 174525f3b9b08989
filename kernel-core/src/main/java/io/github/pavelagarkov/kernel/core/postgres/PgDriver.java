package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.core.internal.config.PostgresUrl;
import io.github.pavelagarkov.kernel.core.internal.pool.ConnectionSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.PGProperty;

/** All that needs pgjdbc itself and not only java.sql: notifications, and connections from a URL. */
final class PgDriver {
    private PgDriver() {}

    /** {@return connections of our own; what the URL says wins over what is said here} */
    static ConnectionSource connections(PostgresSettings settings) {
        // The driver counts in seconds, and without these a server that accepts and says nothing holds up a login for
        // ever.
        String patience = Long.toString(wholeSeconds(settings.connectTimeout()));
        Driver driver = new Driver();
        return () -> {
            Properties properties = new Properties();
            settings.username().ifPresent(name -> PGProperty.USER.set(properties, name));
            settings.password().ifPresent(word -> PGProperty.PASSWORD.set(properties, word));
            PGProperty.APPLICATION_NAME.set(properties, "kernel");
            PGProperty.CONNECT_TIMEOUT.set(properties, patience);
            PGProperty.SOCKET_TIMEOUT.set(properties, patience);
            PGProperty.SSL_RESPONSE_TIMEOUT.set(
                    properties, Long.toString(settings.connectTimeout().toMillis()));
            PGProperty.TCP_KEEP_ALIVE.set(properties, true);
            // PgBouncer gives each transaction another server, which does not know what was prepared on the last one.
            PGProperty.PREPARE_THRESHOLD.set(properties, 0);
            return connect(driver, settings.url(), properties);
        };
    }

    /** {@return connections for a pool; what the URL says wins over what is said here} */
    static ConnectionSource connections(String name, PostgresPoolSettings settings) {
        PostgresUrl url = new PostgresUrl(settings.url());
        String patience = Long.toString(wholeSeconds(settings.connectTimeout()));
        // Only the login must not take for ever; how long a statement may take is the business of whoever sends it.
        boolean limitsLoginOnly =
                url.parameter(PGProperty.SOCKET_TIMEOUT.getName()).isEmpty();
        Driver driver = new Driver();
        return () -> {
            Properties properties = new Properties();
            settings.username().ifPresent(role -> PGProperty.USER.set(properties, role));
            settings.password().ifPresent(secret -> PGProperty.PASSWORD.set(properties, secret.reveal()));
            PGProperty.APPLICATION_NAME.set(
                    properties, settings.applicationName().orElse(name));
            settings.sslMode().ifPresent(mode -> PGProperty.SSL_MODE.set(properties, word(mode)));
            PGProperty.CONNECT_TIMEOUT.set(properties, patience);
            PGProperty.SOCKET_TIMEOUT.set(properties, patience);
            PGProperty.SSL_RESPONSE_TIMEOUT.set(
                    properties, Long.toString(settings.connectTimeout().toMillis()));
            PGProperty.TCP_KEEP_ALIVE.set(properties, true);
            Connection open = connect(driver, settings.url(), properties);
            if (limitsLoginOnly) {
                open.setNetworkTimeout(Runnable::run, 0);
            }
            return open;
        };
    }

    private static Connection connect(Driver driver, String url, Properties properties) throws SQLException {
        Connection open = driver.connect(url, properties);
        if (open == null) {
            throw new SQLException("the PostgreSQL driver does not take this URL");
        }
        return open;
    }

    private static String word(PostgresPoolSettings.SslMode mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static long wholeSeconds(Duration duration) {
        return Math.max(1, duration.plusSeconds(1).minusNanos(1).toSeconds());
    }

    /** {@return whether a connection can be listened on: it may come from another driver} */
    static boolean hears(Connection connection) throws SQLException {
        return connection.isWrapperFor(PGConnection.class);
    }

    /** {@return what was notified, once there is something; empty if there is nothing for so long} */
    static List<String> notifications(Connection connection, Duration atMost) throws SQLException {
        PGNotification[] heard =
                connection.unwrap(PGConnection.class).getNotifications(Math.toIntExact(atMost.toMillis()));
        return heard == null
                ? List.of()
                : Arrays.stream(heard).map(PGNotification::getParameter).toList();
    }
}
