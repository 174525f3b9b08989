package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Which leases a store keeps, where, and how long one statement may take.
 *
 * @param application keeps the applications of one table apart; {@code [a-z][a-z0-9-]{0,62}}
 * @param table {@code table} or {@code schema.table} [kernel_lease]
 * @param attempt how long one statement may take [1 s]
 */
public record PostgresLeases(String application, String table, Duration attempt) {
    /** The default of {@code kernel.postgres.lease-table}. */
    public static final String TABLE = "kernel_lease";

    private static final Pattern NAME = Pattern.compile("([a-z_][a-z0-9_]{0,62}\\.)?[a-z_][a-z0-9_]{0,62}");

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is missing or cannot be one
     */
    public PostgresLeases {
        Check.name("application", application);
        if (!NAME.matcher(Check.notNull("lease table", table)).matches()) {
            throw new IllegalArgumentException(
                    "lease table must be [schema.]table, each of [a-z_][a-z0-9_]{0,62}, was '" + Check.printable(table)
                            + "'");
        }
        Check.atLeast("attempt", attempt, Duration.ofMillis(1));
    }

    /**
     * {@return the leases of an application in the default table}
     *
     * @param application {@code [a-z][a-z0-9-]{0,62}}
     */
    public static PostgresLeases of(String application) {
        return new PostgresLeases(application, TABLE, LeaseTiming.defaults().attempt());
    }

    /**
     * {@return these leases in another table}
     *
     * @param other {@code table} or {@code schema.table}
     */
    public PostgresLeases in(String other) {
        return new PostgresLeases(application, other, attempt);
    }

    /**
     * {@return these leases with another patience}
     *
     * @param other how long one statement may take; the longest attempt of all elections
     */
    public PostgresLeases withAttempt(Duration other) {
        return new PostgresLeases(application, table, other);
    }
}
