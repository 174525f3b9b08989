package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.leader.LeaseKey;
import java.util.Locale;
import java.util.Optional;

/** How leases are named in their table and in notifications: {@code kernel:<application>:election:<name>}. */
final class LeaseNames {
    private final String prefix;

    LeaseNames(String application) {
        this.prefix = "kernel:" + application + ":";
    }

    String key(LeaseKey key) {
        return prefix + key.kind().name().toLowerCase(Locale.ROOT) + ":" + key.name();
    }

    /** {@return the lease that a notification is about; empty if it is about another application's, or nonsense} */
    Optional<LeaseKey> released(String payload) {
        int colon = payload.indexOf(':', prefix.length());
        if (!payload.startsWith(prefix) || colon < 0) {
            return Optional.empty();
        }
        try {
            LeaseKey.Kind kind = LeaseKey.Kind.valueOf(
                    payload.substring(prefix.length(), colon).toUpperCase(Locale.ROOT));
            return Optional.of(new LeaseKey(kind, payload.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            // Anyone may notify on our channel: a notification is a hint, one that says nothing is dropped.
            return Optional.empty();
        }
    }
}
