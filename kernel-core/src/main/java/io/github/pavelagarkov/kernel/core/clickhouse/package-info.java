/**
 * What a failed ClickHouse call means, and pools of connections. Start with {@link
 * io.github.pavelagarkov.kernel.core.clickhouse.ClickHouseErrors}, or {@link
 * io.github.pavelagarkov.kernel.core.clickhouse.HikariClickHousePool}; a service that uses {@code Kernel} lists pools in {@code
 * kernel.clickhouse.names}.
 *
 * <p>Errors need no library: an exception is judged by what {@code java.sql} and {@code java.net} say of it, by its text and by
 * the name of its class, whatever driver threw it. The pool needs {@code com.clickhouse:clickhouse-jdbc} and {@code
 * com.zaxxer:HikariCP}.
 *
 * <p>Promised: judging reads and changes nothing, never throws, and takes no longer than the failure is large. Not promised: that
 * a write was not applied if the driver repeats calls by itself; with {@code com.clickhouse:clickhouse-jdbc} set {@code
 * client_retry_on_failures=None} and give inserts a deduplication token.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.clickhouse;

import org.jspecify.annotations.NullMarked;
