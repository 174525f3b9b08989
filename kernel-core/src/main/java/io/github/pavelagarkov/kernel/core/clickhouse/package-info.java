/**
 * What a failed ClickHouse call means. Start with {@link io.github.pavelagarkov.kernel.core.clickhouse.ClickHouseErrors}.
 *
 * <p>Needs no library: an exception is judged by what {@code java.sql} and {@code java.net} say of it, by its text and by the
 * name of its class, whatever driver threw it.
 *
 * <p>Promised: judging reads and changes nothing, never throws, and takes no longer than the failure is large. Not promised: that
 * a write was not applied if the driver repeats calls by itself; with {@code com.clickhouse:clickhouse-jdbc} set {@code
 * client_retry_on_failures=None} and give inserts a deduplication token.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.clickhouse;

import org.jspecify.annotations.NullMarked;
