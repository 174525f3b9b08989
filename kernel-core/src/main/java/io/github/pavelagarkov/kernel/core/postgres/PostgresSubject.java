package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.core.internal.pool.PoolSubject;
import java.sql.SQLException;

/** A pool of connections to one PostgreSQL, for messages. */
record PostgresSubject(String name, String text, String address) implements PoolSubject {
    @Override
    public BackendUnavailableException explain(Throwable error) {
        return PostgresFailures.translate(address, error);
    }

    @Override
    public boolean isOutage(SQLException error) {
        return PostgresFailures.isOutage(error);
    }
}
