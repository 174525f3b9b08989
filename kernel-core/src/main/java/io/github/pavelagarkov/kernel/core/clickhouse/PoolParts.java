package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/**
 * What all parts of a pool share.
 *
 * @param clock the only time, but for that inside HikariCP
 * @param threads makes all threads
 * @param timer cuts calls at their deadline
 * @param policy judges failures
 * @param random a number from zero to below what it is given
 * @param events told what happens
 */
record PoolParts(
        KernelClock clock,
        ThreadFactory threads,
        HeapTimer timer,
        ClickHouseErrorPolicy policy,
        LongUnaryOperator random,
        Consumer<Supplier<ClickHouseEvent>> events) {}
