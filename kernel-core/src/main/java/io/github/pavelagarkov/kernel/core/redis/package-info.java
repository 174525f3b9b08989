/**
 * Leases and locks in Redis or Valkey. Start with {@link io.github.pavelagarkov.kernel.core.redis.RedisConnection#open} and
 * {@link io.github.pavelagarkov.kernel.core.redis.RedisLeaseStore#over}; a service that uses {@code Kernel} only sets {@code
 * kernel.redis.uri}.
 *
 * <p>Needs {@code org.redisson:redisson} on the class path. Redis 6.2 or Valkey 7.2 and newer; standalone, Sentinel and
 * Cluster (the last two with a client of your own).
 *
 * <p>Promised: opening never blocks and never fails because Redis is away; every call has an end; a client of yours is used
 * and never changed. Not promised: leases that survive a fail-over to a replica that had not caught up.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.redis;

import org.jspecify.annotations.NullMarked;
