package io.github.pavelagarkov.kernel.clickhouse;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * What to do about a failed call, and why.
 *
 * @param action what to do
 * @param delay how long to wait before that
 * @param cap the longest wait when it is done repeatedly
 * @param code the server's error code; empty if none was found
 * @param codeName its name; empty if none was found
 * @param fromServer whether the server answered at all
 * @param applied whether a write may have happened
 * @param reason for the operator, one sentence
 */
public record Verdict(
        Action action,
        Duration delay,
        Duration cap,
        OptionalInt code,
        String codeName,
        boolean fromServer,
        Applied applied,
        String reason) {
    /** What to do. */
    public enum Action {
        /** Open new connections, then try again. */
        RECONNECT,
        /** Try again later. */
        WAIT,
        /** Try again once. */
        RETRY_ONCE,
        /** Try again with less: a smaller batch, fewer threads. */
        SHRINK,
        /** Do not try again. */
        GIVE_UP
    }

    /** Whether a write may have happened. */
    public enum Applied {
        /** It did not. */
        NO,
        /** A part of it did. */
        PARTIAL,
        /** Nobody can tell. */
        UNKNOWN,
        /** It did. */
        YES
    }

    /** {@return whether new connections are needed} */
    public boolean needReconnect() {
        return action == Action.RECONNECT;
    }

    /** {@return whether waiting is needed} */
    public boolean needWait() {
        return action == Action.WAIT;
    }
}
