/**
 * Errors of ClickHouse understood, and a pool that survives them. Start with {@link
 * io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy#judge}.
 *
 * <p>Promised here: the types. A policy is {@code ClickHouseErrors} of kernel-core; the pool over the JDBC driver follows there.
 */
@NullMarked
package io.github.pavelagarkov.kernel.clickhouse;

import org.jspecify.annotations.NullMarked;
