package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * What to do about one error of the server: a row of the table.
 *
 * @param code the server's error code; positive
 * @param name its name; empty if it has none
 * @param says what the server's message must contain for this row to count; empty if it always does
 * @param action what to do
 * @param delay how long to wait before that; positive for WAIT
 * @param cap the longest wait when it is done repeatedly; at least the delay
 * @param applied whether a write may have happened
 * @param reason for the operator, one sentence
 */
public record ErrorReaction(
        int code,
        String name,
        String says,
        Action action,
        Duration delay,
        Duration cap,
        Applied applied,
        String reason) {
    /** Refuses what contradicts itself. */
    public ErrorReaction {
        Check.range("code", code, 1, Integer.MAX_VALUE);
        String subject = "of the reaction to code " + code;
        Check.notNull("name " + subject, name);
        Check.notNull("says " + subject, says);
        Check.notNull("action " + subject, action);
        Check.notNegative("delay " + subject, delay);
        Check.atLeast("cap " + subject, cap, delay);
        Check.notNull("applied " + subject, applied);
        if (Check.notNull("reason " + subject, reason).isBlank()) {
            throw new IllegalArgumentException("reason " + subject + " must not be blank");
        }
        if (action == Action.WAIT) {
            Check.positive("delay " + subject, delay);
        }
    }

    /**
     * {@return a reaction to every error with this code, whatever its message}
     *
     * @param code the server's error code; positive
     * @param action what to do
     * @param delay how long to wait before that; positive for WAIT
     * @param cap the longest wait when it is done repeatedly; at least the delay
     * @param applied whether a write may have happened
     * @param reason for the operator, one sentence
     */
    public static ErrorReaction to(
            int code, Action action, Duration delay, Duration cap, Applied applied, String reason) {
        return new ErrorReaction(code, ErrorTable.STANDARD.name(code), "", action, delay, cap, applied, reason);
    }

    ErrorReaction with(Action other, Duration otherDelay, Duration otherCap, String otherReason) {
        return new ErrorReaction(code, name, says, other, otherDelay, otherCap, applied, otherReason);
    }

    Verdict verdict() {
        return new Verdict(action, delay, cap, OptionalInt.of(code), name, true, applied, reason);
    }
}
