/**
 * Errors of ClickHouse understood, and a pool that survives them. Start with {@link
 * io.github.pavelagarkov.kernel.clickhouse.ClickHousePool#execute}, or with {@link
 * io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy#judge} over a pool of yours.
 *
 * <p>Promised here: the types. {@code ClickHouseErrors} and {@code HikariClickHousePool} of kernel-core fill them with life.
 */
@NullMarked
package io.github.pavelagarkov.kernel.clickhouse;

import org.jspecify.annotations.NullMarked;
