package io.github.pavelagarkov.kernel.core.internal.pool;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A data source of which only the one method matters that opens connections. */
public abstract class BareDataSource implements DataSource {
    @Override
    public final Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("connections have the user of the pool's settings", "0A000");
    }

    @Override
    public final @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public final void setLogWriter(@Nullable PrintWriter out) {
        // Nothing is logged here.
    }

    @Override
    public final void setLoginTimeout(int seconds) {
        // HikariCP sets it from the time that callers wait; how long a login may take has a setting of its own.
    }

    /** At its end HikariCP waits so long for a login that goes on, before it cuts what is lent out. */
    @Override
    public final int getLoginTimeout() {
        return 1;
    }

    @Override
    public final Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("nothing is logged through java.util.logging", "0A000");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw new SQLException("this data source is no " + type.getName() + " and wraps none");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
