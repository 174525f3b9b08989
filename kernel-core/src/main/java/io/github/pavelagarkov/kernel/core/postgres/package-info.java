/**
 * Leases and locks in PostgreSQL. Start with {@link io.github.pavelagarkov.kernel.core.postgres.PostgresLeaseStore#open}, or
 * {@link io.github.pavelagarkov.kernel.core.postgres.PostgresLeaseStore#over} for a DataSource of yours; a service that uses
 * {@code Kernel} only sets {@code kernel.postgres.url}.
 *
 * <p>Needs {@code org.postgresql:postgresql} on the class path, for notifications also with a DataSource of yours. PostgreSQL
 * 12 and newer.
 *
 * <p>Promised: opening never blocks and never fails because the server is away; no method blocks its caller; every call has
 * an end; a granted lease survives a crash of the server. Not promised: leases that survive a fail-over to a standby that had
 * not caught up (give the primary {@code synchronous_standby_names}).
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.postgres;

import org.jspecify.annotations.NullMarked;
