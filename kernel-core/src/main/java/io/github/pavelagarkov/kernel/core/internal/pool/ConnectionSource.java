package io.github.pavelagarkov.kernel.core.internal.pool;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections; may block as long as its own settings allow. */
public interface ConnectionSource {
    /**
     * {@return a connection that nobody else has}
     *
     * @throws SQLException if none could be opened
     */
    Connection open() throws SQLException;

    /**
     * Aborts and closes: what may be in the middle of something must not go back to a pool as it is.
     *
     * @param connection of this source or another
     */
    static void end(Connection connection) {
        try (connection) {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException e) {
            // It is broken, which is why it is ended; or another thread ends it, which the proxies of pools stand
            // badly.
            return;
        }
    }
}
