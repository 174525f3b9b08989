/**
 * Leases and locks in PostgreSQL, and pools of connections to it.
 *
 * <p>Pools: start with {@link io.github.pavelagarkov.kernel.core.postgres.PostgresPool}; a service that uses {@code Kernel}
 * lists them in {@code kernel.postgres.names}. They need {@code com.zaxxer:HikariCP}.
 *
 * <p>Leases and locks: start with {@link io.github.pavelagarkov.kernel.core.postgres.PostgresLeaseStore#open}, or
 * {@link io.github.pavelagarkov.kernel.core.postgres.PostgresLeaseStore#over} for a DataSource of yours; a service that uses
 * {@code Kernel} only sets {@code kernel.postgres.url}.
 *
 * <p>Needs {@code org.postgresql:postgresql} on the class path, for notifications also with a DataSource of yours. PostgreSQL
 * 12 and newer.
 *
 * <p>Promised: opening never blocks and never fails because the server is away; every call has an end, and none of the lease
 * store blocks its caller; a granted lease survives a crash of the server. Not promised: leases that survive a fail-over to a standby that had
 * not caught up (give the primary {@code synchronous_standby_names}).
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.postgres;

import org.jspecify.annotations.NullMarked;
