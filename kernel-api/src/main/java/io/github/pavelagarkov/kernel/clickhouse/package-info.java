/**
 * Errors of ClickHouse understood, and a pool that survives them. Start with {@link
 * io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy#judge}.
 *
 * <p>Promised here: the types. The policy and the pool over the JDBC driver follow in kernel-core.
 */
@NullMarked
package io.github.pavelagarkov.kernel.clickhouse;

import org.jspecify.annotations.NullMarked;
