package io.github.pavelagarkov.kernel.core.redis;

import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.time.Duration;

/** A service of the Go library as Redis sees it: its three scripts, its prefix, one value for all its terms. */
final class GoPeer {
    private static final String PREFIX = "github.com/PavelAgarkov/service-pkg-block-prefix-";
    private static final String LOCK =
            "if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 else return 0 end";
    private static final String UNLOCK =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end";
    private static final String EXTEND =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) else return 0 end";

    private final RedisProcess redis;
    private final String key;
    private final String value;

    GoPeer(RedisProcess redis, String name, String value) {
        this.redis = redis;
        this.key = PREFIX + name;
        this.value = value;
    }

    boolean lock(Duration ttl) {
        return done("EVAL", LOCK, "1", key, value, millis(ttl));
    }

    boolean unlock() {
        return done("EVAL", UNLOCK, "1", key, value);
    }

    boolean extend(Duration ttl) {
        return done("EVAL", EXTEND, "1", key, value, millis(ttl));
    }

    private boolean done(String... words) {
        return redis.send(words).text().equals("1");
    }

    private static String millis(Duration ttl) {
        return String.valueOf(ttl.toMillis());
    }
}
