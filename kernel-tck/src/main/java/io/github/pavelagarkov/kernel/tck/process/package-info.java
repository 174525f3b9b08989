/**
 * Real processes and real faults for tests: Redis, PostgreSQL and ClickHouse servers, child JVMs, signals, and an exact check that nobody led twice.
 *
 * <p>Start with {@link io.github.pavelagarkov.kernel.tck.process.RedisProcess}, {@link
 * io.github.pavelagarkov.kernel.tck.process.PostgresProcess}, {@link
 * io.github.pavelagarkov.kernel.tck.process.ClickHouseProcess} and {@link
 * io.github.pavelagarkov.kernel.tck.process.JavaProcess}. Promised: what is started here ends with {@code close()}, and at
 * the latest with this JVM. Not promised: anything but Linux and macOS, because faults are signals.
 */
@NullMarked
package io.github.pavelagarkov.kernel.tck.process;

import org.jspecify.annotations.NullMarked;
