/**
 * The one engine of all pools of JDBC connections: HikariCP, with logins that keep trying while a server is away, a probe with an
 * end, and a close with an end. {@code core.postgres} and {@code core.clickhouse} say where the connections come from.
 *
 * <p>Not for users; free to change.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.internal.pool;

import org.jspecify.annotations.NullMarked;
