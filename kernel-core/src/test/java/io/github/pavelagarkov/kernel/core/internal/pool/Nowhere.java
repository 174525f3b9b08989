package io.github.pavelagarkov.kernel.core.internal.pool;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import java.sql.SQLException;

/** A pool that leads nowhere. */
final class Nowhere implements PoolSubject {
    @Override
    public String name() {
        return "nowhere";
    }

    @Override
    public String text() {
        return "postgres pool 'nowhere'";
    }

    @Override
    public String address() {
        return "postgres at nowhere";
    }

    @Override
    public BackendUnavailableException explain(Throwable error) {
        return new BackendUnavailableException(address() + " cannot be reached", error);
    }

    @Override
    public boolean isOutage(SQLException error) {
        return true;
    }
}
