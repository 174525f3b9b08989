package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import io.github.pavelagarkov.kernel.tck.rules.ClickHouseErrorPolicyRules;
import java.net.ConnectException;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;

/** Policies about ClickHouse that are broken. */
final class BrokenPolicies {
    private BrokenPolicies() {}

    private static Verdict with(Verdict verdict, Action action, Applied applied) {
        return new Verdict(
                action,
                verdict.delay(),
                verdict.cap(),
                verdict.code(),
                verdict.codeName(),
                verdict.fromServer(),
                applied,
                verdict.reason());
    }

    /** Reads a message that is not there. */
    @Breaks(value = "CH-1", in = ClickHouseErrorPolicyRules.class, says = "NullPointerException for a null message")
    public static final class ThrowsWithoutAMessage extends SamplePolicyProvider {
        @Override
        @SuppressWarnings("NullAway") // the defect
        ClickHouseErrorPolicy policy() {
            ClickHouseErrorPolicy real = super.policy();
            return failure ->
                    failure instanceof SQLException && failure.getMessage().isEmpty()
                            ? real.judge(new SQLException())
                            : real.judge(failure);
        }
    }

    /** Follows causes by calling itself. */
    @Breaks(value = "CH-1", in = ClickHouseErrorPolicyRules.class, says = "StackOverflowError for a cycle of causes")
    public static final class FollowsCycles extends SamplePolicyProvider {
        @Override
        ClickHouseErrorPolicy policy() {
            ClickHouseErrorPolicy real = super.policy();
            return failure -> {
                int depth = depth(failure);
                return depth > 0 ? real.judge(failure) : real.judge(new SQLException());
            };
        }

        private static int depth(Throwable failure) {
            Throwable cause = failure.getCause();
            return cause == null ? 1 : 1 + depth(cause);
        }
    }

    /** As the Go seed: waits and reconnects for ever on a typo. */
    @Breaks(value = "CH-1", in = ClickHouseErrorPolicyRules.class, says = "action for 62")
    public static final class NeverGivesUp extends SamplePolicyProvider {
        @Override
        ClickHouseErrorPolicy policy() {
            ClickHouseErrorPolicy real = super.policy();
            return failure -> {
                Verdict verdict = real.judge(failure);
                return verdict.action() == Action.GIVE_UP
                        ? with(verdict, Action.RECONNECT, verdict.applied())
                        : verdict;
            };
        }
    }

    /** Has no notion of a write that may have happened, as the Go seed. */
    @Breaks(value = "CH-1", in = ClickHouseErrorPolicyRules.class, says = "whether a write was applied after 241")
    public static final class NothingWasApplied extends SamplePolicyProvider {
        @Override
        ClickHouseErrorPolicy policy() {
            ClickHouseErrorPolicy real = super.policy();
            return failure -> {
                Verdict verdict = real.judge(failure);
                return verdict.fromServer() ? with(verdict, verdict.action(), Applied.NO) : verdict;
            };
        }
    }

    /** Counts failures and loses patience. */
    @Breaks(value = "CH-1", in = ClickHouseErrorPolicyRules.class, says = "second verdict for")
    public static final class LosesPatience extends SamplePolicyProvider {
        @Override
        ClickHouseErrorPolicy policy() {
            ClickHouseErrorPolicy real = super.policy();
            Set<Throwable> seen = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
            return failure -> {
                Verdict verdict = real.judge(failure);
                return seen.add(failure) ? verdict : with(verdict, Action.GIVE_UP, verdict.applied());
            };
        }
    }

    /** Looks at what was caught and not at what is in it. */
    @Breaks(value = "CH-2", in = ClickHouseErrorPolicyRules.class, says = "code found through a RuntimeException")
    public static final class LooksAtTheTopOnly extends SamplePolicyProvider {
        @Override
        ClickHouseErrorPolicy policy() {
            ClickHouseErrorPolicy real = super.policy();
            return failure -> real.judge(failure.getCause() == null ? failure : new IllegalStateException("wrapped"));
        }
    }

    /** Believes a vendor code of 0. */
    @Breaks(
            value = "CH-2",
            in = ClickHouseErrorPolicyRules.class,
            says = "code found through an SQLException with vendor code 0")
    public static final class BelievesZero extends SamplePolicyProvider {
        @Override
        ClickHouseErrorPolicy policy() {
            ClickHouseErrorPolicy real = super.policy();
            return failure -> {
                if (failure instanceof SQLException sql && sql.getErrorCode() == 0) {
                    SQLException silent = new SQLException("", sql.getSQLState(), 0, sql.getCause());
                    silent.setNextException(sql.getNextException());
                    return real.judge(silent);
                }
                return real.judge(failure);
            };
        }
    }

    /** Does not know that a batch keeps its failures in a row of its own. */
    @Breaks(
            value = "CH-2",
            in = ClickHouseErrorPolicyRules.class,
            says = "code found through a batch with the code in a next exception")
    public static final class ForgetsNextExceptions extends SamplePolicyProvider {
        @Override
        ClickHouseErrorPolicy policy() {
            ClickHouseErrorPolicy real = super.policy();
            return failure -> {
                if (failure instanceof SQLException sql && sql.getNextException() != null) {
                    return real.judge(
                            new SQLException(sql.getMessage(), sql.getSQLState(), sql.getErrorCode(), sql.getCause()));
                }
                return real.judge(failure);
            };
        }
    }

    /** Takes the SQL state 08 for a proof that nothing was sent. */
    @Breaks(value = "CH-2", in = ClickHouseErrorPolicyRules.class, says = "judged by its innermost exception")
    public static final class TrustsTheSqlState extends SamplePolicyProvider {
        @Override
        ClickHouseErrorPolicy policy() {
            ClickHouseErrorPolicy real = super.policy();
            return failure -> {
                Verdict verdict = real.judge(failure);
                boolean connection = failure instanceof SQLException sql
                        && String.valueOf(sql.getSQLState()).startsWith("08");
                return connection && !verdict.fromServer() ? with(verdict, verdict.action(), Applied.NO) : verdict;
            };
        }
    }

    /** Judges by the first network exception that it meets on the way in. */
    @Breaks(value = "CH-2", in = ClickHouseErrorPolicyRules.class, says = "judged by its innermost exception")
    public static final class StopsAtTheFirstNetworkException extends SamplePolicyProvider {
        @Override
        ClickHouseErrorPolicy policy() {
            ClickHouseErrorPolicy real = super.policy();
            return failure -> {
                Throwable cause = failure.getCause();
                return cause instanceof ConnectException
                        ? real.judge(new ConnectException("first"))
                        : real.judge(failure);
            };
        }
    }
}
