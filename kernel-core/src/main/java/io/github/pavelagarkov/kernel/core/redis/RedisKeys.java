package io.github.pavelagarkov.kernel.core.redis;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import java.util.Locale;
import java.util.Optional;

/**
 * How leases are named in Redis.
 *
 * @see <a href="SPEC.md">SPEC.md LE-19</a>
 */
public final class RedisKeys {
    /** The prefix of the Go library. */
    static final String GO_PREFIX = "github.com/PavelAgarkov/service-pkg-block-prefix-";

    private final String electionPrefix;
    private final String lockPrefix;
    private final String channel;

    private RedisKeys(String electionPrefix, String lockPrefix, String channel) {
        this.electionPrefix = electionPrefix;
        this.lockPrefix = lockPrefix;
        this.channel = channel;
    }

    /**
     * {@return {@code kernel:<application>:election:<name>} and {@code kernel:<application>:lock:<name>}}
     *
     * @param application keeps the applications of one Redis apart; {@code [a-z][a-z0-9-]{0,62}}
     * @throws IllegalArgumentException if the application is not a kernel name
     */
    public static RedisKeys kernel(String application) {
        String prefix = "kernel:" + Check.name("application", application) + ":";
        return new RedisKeys(prefix + "election:", prefix + "lock:", prefix + "released");
    }

    /**
     * {@return the keys of the Go library, for elections and locks shared with its services; elections and locks then share
     * one set of names, as they do there}
     */
    public static RedisKeys go() {
        return new RedisKeys(GO_PREFIX, GO_PREFIX, GO_PREFIX + "released");
    }

    String key(LeaseKey key) {
        return (key.kind() == LeaseKey.Kind.ELECTION ? electionPrefix : lockPrefix) + key.name();
    }

    /** In the slot of the lease itself, so that one script may touch both on a cluster. */
    String fence(LeaseKey key) {
        return "{" + key(key) + "}:fence";
    }

    String channel() {
        return channel;
    }

    String payload(LeaseKey key) {
        return key.kind().name().toLowerCase(Locale.ROOT) + ":" + key.name();
    }

    Optional<LeaseKey> released(String payload) {
        int colon = payload.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        try {
            LeaseKey.Kind kind =
                    LeaseKey.Kind.valueOf(payload.substring(0, colon).toUpperCase(Locale.ROOT));
            return Optional.of(new LeaseKey(kind, payload.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            // Somebody else publishes on our channel: a notification is a hint, one that says nothing is dropped.
            return Optional.empty();
        }
    }
}
