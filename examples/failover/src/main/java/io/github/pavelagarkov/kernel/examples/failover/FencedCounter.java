package io.github.pavelagarkov.kernel.examples.failover;

import java.util.List;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/**
 * The resource that the leader writes to. It refuses a token smaller than the greatest it has seen: this check, and nothing
 * else, keeps a leader out that was paused between "am I the leader?" and its write.
 */
final class FencedCounter {
    private static final String WRITE = """
            local seen = tonumber(redis.call('HGET', KEYS[1], 'fence') or '0')
            local token = tonumber(ARGV[1])
            if token < seen then
              return 0
            end
            redis.call('HSET', KEYS[1], 'fence', ARGV[1])
            redis.call('HINCRBY', KEYS[1], 'count', 1)
            return 1
            """;

    private final RedissonClient redis;

    FencedCounter(RedissonClient redis) {
        this.redis = redis;
    }

    /** {@return whether the write was accepted} */
    boolean increment(long fencingToken) {
        Long accepted = redis.getScript(StringCodec.INSTANCE)
                .eval(
                        RScript.Mode.READ_WRITE,
                        WRITE,
                        RScript.ReturnType.LONG,
                        List.of("demo:orders"),
                        String.valueOf(fencingToken));
        return accepted != null && accepted == 1;
    }
}
