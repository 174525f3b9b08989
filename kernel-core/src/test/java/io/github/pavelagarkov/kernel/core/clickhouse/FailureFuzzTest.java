package io.github.pavelagarkov.kernel.core.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Exceptions of every shape, tied together at random: judging them ends, throws nothing and says something. */
final class FailureFuzzTest {
    private static final int GRAPHS = 2_000;
    private static final int MOST = 12;

    private final ClickHouseErrorPolicy policy = ClickHouseErrors.standard();

    /** Answers no question as it should. */
    private static final class Rogue extends SQLException {
        private static final long serialVersionUID = 1L;
        private final int kind;

        Rogue(int kind) {
            super("rogue", "HY000", 202);
            this.kind = kind;
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // nothing to guard
        public Throwable fillInStackTrace() {
            // Thousands are made to show that there is no end to them.
            return this;
        }

        @Override
        public @Nullable String getMessage() {
            if (kind == 0) {
                throw new IllegalStateException("no message for you");
            }
            return kind == 1 ? null : "Code: 252. DB::Exception: rogue";
        }

        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // nothing to guard
        public @Nullable Throwable getCause() {
            if (kind == 2) {
                throw new StackOverflowError();
            }
            // Without an end.
            return kind == 3 ? new Rogue(3) : null;
        }

        @Override
        public int getErrorCode() {
            if (kind == 4) {
                throw new UnsupportedOperationException();
            }
            return kind == 5 ? Integer.MIN_VALUE : 0;
        }

        @Override
        public @Nullable SQLException getNextException() {
            if (kind == 6) {
                throw new AssertionError();
            }
            return kind == 7 ? new Rogue(kind) : super.getNextException();
        }
    }

    private static final List<String> TEXTS = List.of(
            "",
            "Code: 252. DB::Exception: Too many partitions",
            "Code: 201. DB::Exception: for 3600s has been exceeded: Interval will end at 2026-99-99 99:99:99",
            "Code: 999999999999. DB::",
            "Code: Code: Code: ",
            "DB::(((((((((((((((((((",
            "DB::))))))))))))))))))) (",
            "(attempt: 3, duration: 1ms)",
            "Server returned '50",
            "Unexpected result status ",
            "\0\uD800 Code: 60. DB::");

    private static Throwable one(Random random) {
        String text = random.nextInt(8) == 0 ? null : TEXTS.get(random.nextInt(TEXTS.size()));
        int code = new int[] {0, 0, 0, -1, 60, 252, 201, 1002, 65_000, Integer.MAX_VALUE}[random.nextInt(10)];
        return switch (random.nextInt(9)) {
            case 0 -> new SQLException(text, "08000", code);
            case 1 -> new BatchUpdateException(text, "HY000", code, new int[0]);
            case 2 -> new IOException(text);
            case 3 -> new ConnectException(text);
            case 4 -> new SocketException(text);
            case 5 -> new IllegalStateException(text);
            case 6 -> new AssertionError(text);
            case 7 -> new InterruptedException(text);
            default -> new Rogue(random.nextInt(8));
        };
    }

    private static Throwable graph(Random random) {
        List<Throwable> all = new ArrayList<>();
        for (int i = random.nextInt(MOST); i >= 0; i--) {
            all.add(one(random));
        }
        for (Throwable from : all) {
            Throwable to = all.get(random.nextInt(all.size()));
            if (from != to && !(from instanceof Rogue) && random.nextBoolean()) {
                from.initCause(to);
            }
            Throwable beside = all.get(random.nextInt(all.size()));
            if (from != beside && random.nextInt(3) == 0) {
                from.addSuppressed(beside);
            }
            if (from instanceof BatchUpdateException batch && to instanceof SQLException next && from != to) {
                chain(batch, next);
            }
        }
        return all.get(0);
    }

    private static void chain(BatchUpdateException batch, SQLException next) {
        try {
            batch.setNextException(next);
        } catch (RuntimeException | Error e) {
            // Rogues do not let themselves be chained.
            return;
        }
    }

    @Test
    void judgingEndsAndSaysSomethingWhateverIsThrown() {
        for (int seed = 0; seed < GRAPHS; seed++) {
            Throwable failure = graph(new Random(seed));

            Verdict verdict = policy.judge(failure);

            assertThat(verdict).as("verdict, seed %s", seed).isNotNull().hasNoNullFieldsOrProperties();
            assertThat(verdict.reason())
                    .as("reason, seed %s", seed)
                    .isNotBlank()
                    .isNotEqualTo(NetworkTrouble.UNREADABLE.verdict().reason());
            assertThat(verdict.cap()).as("cap, seed %s", seed).isGreaterThanOrEqualTo(verdict.delay());
            assertThat(verdict.fromServer())
                    .as("whether the server spoke, seed %s", seed)
                    .isEqualTo(verdict.code().isPresent());
            assertThat(policy.judge(failure))
                    .as("second verdict, seed %s", seed)
                    .isEqualTo(verdict);
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what a broken catch block may do
    void nothingIsNoReasonToThrow() {
        assertThat(policy.judge(null)).isEqualTo(NetworkTrouble.UNREADABLE.verdict());
    }

    @Test
    void aTextWithoutEndIsReadInOnePass() {
        for (String piece :
                List.of("Code: ", "(", ")", "Code: 1", "DB::", "DB::)", "(attempt: ", "Interval will end at ")) {
            assertThat(policy.judge(new SQLException(piece.repeat(300_000), "HY000", 0))
                            .code())
                    .isEmpty();
            assertThat(policy.judge(new SQLException(piece.repeat(300_000), "HY000", 201))
                            .needWait())
                    .isTrue();
        }
    }
}
