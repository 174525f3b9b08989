package io.github.pavelagarkov.kernel.core.internal.pool;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import java.sql.SQLException;
import java.util.Optional;

/** Which pool it is, for messages, and what the failures of its server mean. */
public interface PoolSubject {
    /** {@return its name, shown by HikariCP} */
    String name();

    /** {@return the pool as the subject of a sentence, for instance {@code postgres pool 'orders'}} */
    String text();

    /** {@return the server as the subject of a sentence, without a secret} */
    String address();

    /**
     * {@return a failure in the same words for the same reason, without a secret}
     *
     * @param error what the driver threw
     */
    BackendUnavailableException explain(Throwable error);

    /**
     * {@return whether the server is away, stops or starts: whoever tries again may find it back}
     *
     * @param error what opening a connection threw
     */
    boolean isOutage(SQLException error);

    /**
     * {@return whether a connection is of no more use after this failure; empty leaves that to HikariCP, which decides by the
     * SQL state}
     *
     * @param error what a statement threw
     */
    default Optional<Boolean> endsConnection(SQLException error) {
        return Optional.empty();
    }

    /** {@return a statement that any server of this kind answers at once; empty for {@link java.sql.Connection#isValid}} */
    default Optional<String> testQuery() {
        return Optional.empty();
    }
}
