package io.github.pavelagarkov.kernel.core.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import io.github.pavelagarkov.kernel.tck.Rule;
import java.io.IOException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors that the server has said. The texts are those of ClickHouse 26.7. */
final class ClickHouseErrorsTest {
    private static final String PARTS =
            "Code: 252. DB::Exception: Too many parts (2 with average size of 348.00 B) in table"
                    + " 'default.p'. Merges are processing significantly slower than inserts. (TOO_MANY_PARTS) (version 26.7.2.1)";
    private static final String PARTITIONS = "Code: 252. DB::Exception: Too many partitions for single INSERT block"
            + " (more than 100). (TOO_MANY_PARTS) (version 26.7.2.1)";

    private final ClickHouseErrorPolicy policy = ClickHouseErrors.standard();

    private static SQLException server(int code, String text) {
        return new SQLException(text, "22000", code);
    }

    @Test
    void tooManyPartsIsWaitedForAndTooManyPartitionsIsNot() {
        Verdict parts = policy.judge(server(252, PARTS));
        Verdict partitions = policy.judge(server(252, PARTITIONS));

        assertThat(parts.action()).isEqualTo(Action.WAIT);
        assertThat(parts.delay()).isEqualTo(Duration.ofSeconds(5));
        assertThat(parts.cap()).isEqualTo(Duration.ofMinutes(2));
        assertThat(partitions.action()).isEqualTo(Action.SHRINK);
        assertThat(List.of(parts, partitions)).allSatisfy(verdict -> {
            assertThat(verdict.code()).hasValue(252);
            assertThat(verdict.applied()).isEqualTo(Applied.PARTIAL);
        });
    }

    @Test
    void theMeaningOfACodeIsReadFromAnyMessageOnTheWay() {
        SQLException bare = new SQLException("insert failed", "22000", 252, new IOException(PARTITIONS));

        assertThat(policy.judge(bare).action()).isEqualTo(Action.SHRINK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SHRINK | Query memory limit exceeded: would use 1.00 MiB, maximum: 976.56 KiB",
                "SHRINK | Memory limit (for query) exceeded: would use 9.3 GiB",
                "SHRINK | Query memory limit exceeded. OvercommitTracker decision: Memory overcommit isn't used",
                "SHRINK | a text that says nothing",
                "WAIT   | (total) memory limit exceeded: would use 9.32 GiB",
                "WAIT   | Memory limit (total) exceeded: would use 9.32 GiB",
                "WAIT   | User memory limit exceeded: would use 9.32 GiB",
                "WAIT   | Memory limit (for user) exceeded: would use 9.32 GiB",
            })
    void aMemoryLimitIsThatOfTheQueryOrOfAll(Action action, String text) {
        Verdict verdict = policy.judge(server(241, "Code: 241. DB::Exception: " + text));

        assertThat(verdict.action()).isEqualTo(action);
        assertThat(verdict.applied()).isEqualTo(Applied.PARTIAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Code: 202. DB::Exception: Too many simultaneous queries for user single. (TOO_MANY_SIMULTANEOUS_QUERIES)",
                "Failed to read header: Code: 202. DB::Exception: Too many (queryId= 1-2)",
                "Code: 202, e.displayText() = DB::Exception: Too many simultaneous queries. Maximum: 100 (version 20.3)",
                "Code: 202. DB::NetException: Too many",
                "Code: 202 <Unreadable error message> (transport error: 500)",
                "Code: 0. DB::Exception: wrapped: Code: 202. DB::Exception: Too many",
                "ception: DB::Exception: Too many queries. (TOO_MANY_SIMULTANEOUS_QUERIES) (version 26.7.2.1) (queryId= 1-2)",
            })
    void theCodeIsReadFromTheText(String text) {
        for (SQLException failure : List.of(
                new SQLException(text, "HY000", 0),
                new SQLException(text, "HY000", -1),
                // What old drivers have as code for everything.
                new SQLException(text, "HY000", 1002),
                new SQLTimeoutException(text),
                new BatchUpdateException(new int[0], new IllegalStateException(new IOException(text))))) {
            Verdict verdict = policy.judge(failure);

            assertThat(verdict.code()).as("code of %s", failure).hasValue(202);
            assertThat(verdict.codeName()).isEqualTo("TOO_MANY_SIMULTANEOUS_QUERIES");
            assertThat(verdict.fromServer()).isTrue();
            assertThat(verdict.needWait()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Code: 0 <Unreadable error message> (transport error: 404)",
                "Code: 202",
                "Code: 1234567890. DB::Exception: more digits than a code has",
                "Code: . DB::Exception: none",
                "my code threw TOO_MANY_PARTS (TOO_MANY_PARTS)",
                "DB::Exception: (NO_SUCH_NAME)",
                "",
            })
    void noCodeIsReadFromWhereThereIsNone(String text) {
        assertThat(policy.judge(new SQLException(text, "HY000", 0)))
                .isEqualTo(policy.judge(new SQLException((String) null)));
    }

    @Test
    void theNearestCodeCounts() {
        SQLException inner = server(279, "Code: 279. DB::NetException: All connection tries failed.");
        SQLException outer =
                new SQLException("Code: 519. DB::Exception: No remote shard: Code: 279. DB::", "22000", 519, inner);

        assertThat(policy.judge(outer).code()).hasValue(519);
        assertThat(policy.judge(new IllegalStateException(outer.getMessage())).code())
                .hasValue(519);
    }

    @Test
    void whatWasSuppressedCountsOnlyIfNothingElseSaysAnything() {
        SQLException busy = server(202, "Code: 202. DB::Exception: Too many simultaneous queries");
        Exception own = new IllegalStateException("own");
        own.addSuppressed(new IOException("closing", busy));
        Exception network = new IOException("write", new java.net.SocketException("Broken pipe"));
        network.addSuppressed(busy);
        SQLException syntax = new SQLException("failed", "HY000", 0, server(62, "Syntax error"));
        syntax.addSuppressed(busy);

        assertThat(policy.judge(own).code()).hasValue(202);
        assertThat(policy.judge(network).code()).isEmpty();
        assertThat(policy.judge(syntax).code()).hasValue(62);
    }

    @Test
    void aCodeThatNobodyKnowsIsGivenUp() {
        for (int code : new int[] {5, 1_010, 65_000, Integer.MAX_VALUE}) {
            Verdict verdict = policy.judge(server(code, "news"));

            assertThat(verdict.action()).isEqualTo(Action.GIVE_UP);
            assertThat(verdict.code()).hasValue(code);
            assertThat(verdict.codeName()).isEmpty();
            assertThat(verdict.applied()).isEqualTo(Applied.UNKNOWN);
        }
    }

    @Test
    void aPlainErrorOfTheServerAllocatesNoSecondVerdict() {
        assertThat(policy.judge(server(202, "a"))).isSameAs(policy.judge(server(202, "b")));
        assertThat(policy.judge(server(6, "a"))).isSameAs(policy.judge(server(6, "b")));
    }

    @Rule("CH-3")
    void ch3_everyCodeOfTheSeedHasARowThatSomebodyThoughtAbout() {
        assertThat(ClickHouseErrors.standard().reactions())
                .extracting(ErrorReaction::code)
                .contains(3, 60, 81, 159, 201, 202, 203, 209, 210, 252, 285, 425, 999, 1002);
    }

    @Rule("CH-3")
    void ch3_whatTheSeedWaitsForIsWaitedFor() {
        for (int code : new int[] {201, 202, 203, 252, 285, 999}) {
            assertThat(policy.judge(server(code, "")).needWait()).as("%s", code).isTrue();
        }
    }

    @Rule("CH-3")
    void ch3_whereTheSeedReconnectsForNothingNobodyDoes() {
        for (int code : new int[] {60, 81, 159, 425, 1002}) {
            assertThat(policy.judge(server(code, "")).action()).as("%s", code).isEqualTo(Action.GIVE_UP);
        }
        for (int code : new int[] {209, 210}) {
            assertThat(policy.judge(server(code, "")).needWait()).as("%s", code).isTrue();
        }
    }

    @Test
    void aMissingTableIsLookedForElsewhereOnlyIfSomebodySaysSo() {
        ClickHouseErrorPolicy balanced =
                ClickHouseErrors.builder().schemaMayBeMissing().build();

        for (int code : new int[] {60, 81}) {
            Verdict verdict = balanced.judge(server(code, "does not exist"));

            assertThat(policy.judge(server(code, "does not exist")).action()).isEqualTo(Action.GIVE_UP);
            assertThat(verdict.needReconnect()).isTrue();
            assertThat(verdict.cap()).isEqualTo(Duration.ofSeconds(10));
            assertThat(verdict.applied()).isEqualTo(Applied.NO);
        }
        assertThat(balanced.judge(server(62, "Syntax error")).action()).isEqualTo(Action.GIVE_UP);
    }

    @Test
    void whatOnlyOneReplicaHasIsAnsweredByAnotherOneIfThereIsABalancer() {
        ClickHouseErrorPolicy balanced =
                ClickHouseErrors.builder().replicasBehindBalancer().build();

        for (int code : new int[] {225, 242, 244, 999}) {
            assertThat(policy.judge(server(code, "")).needWait()).isTrue();
            assertThat(balanced.judge(server(code, "")).needReconnect()).isTrue();
        }
    }

    @Test
    void aRowOfOnesOwnReplacesAllRowsOfItsCode() {
        ClickHouseErrors own = ClickHouseErrors.builder()
                .schemaMayBeMissing()
                .reaction(ErrorReaction.to(
                        252, Action.GIVE_UP, Duration.ZERO, Duration.ZERO, Applied.UNKNOWN, "we alert instead"))
                .reaction(ErrorReaction.to(60, Action.GIVE_UP, Duration.ZERO, Duration.ZERO, Applied.NO, "never"))
                .reaction(new ErrorReaction(
                        65_000,
                        "NEWS",
                        "good",
                        Action.RETRY_ONCE,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        Applied.NO,
                        "good news"))
                .build();

        assertThat(own.judge(server(252, PARTITIONS)).reason()).isEqualTo("we alert instead");
        assertThat(own.judge(server(252, PARTITIONS)).codeName()).isEqualTo("TOO_MANY_PARTS");
        assertThat(own.judge(server(60, "")).action()).isEqualTo(Action.GIVE_UP);
        assertThat(own.judge(server(65_000, "good news")).action()).isEqualTo(Action.RETRY_ONCE);
        assertThat(own.judge(server(65_000, "bad news")).action()).isEqualTo(Action.GIVE_UP);
        assertThat(own.reactions()).filteredOn(row -> row.code() == 252).hasSize(1);
        assertThat(policy.judge(server(252, PARTITIONS)).action()).isEqualTo(Action.SHRINK);
    }

    @Test
    void aRowThatContradictsItselfIsRefused() {
        assertThatThrownBy(() ->
                        ErrorReaction.to(202, Action.WAIT, Duration.ZERO, Duration.ofSeconds(1), Applied.NO, "at once"))
                .isInstanceOf(RuntimeException.class)
                .hasMessageContaining("delay of the reaction to code 202");
        assertThatThrownBy(() -> ErrorReaction.to(
                        202, Action.WAIT, Duration.ofSeconds(2), Duration.ofSeconds(1), Applied.NO, "shrinks"))
                .isInstanceOf(RuntimeException.class)
                .hasMessageContaining("cap of the reaction to code 202");
        assertThatThrownBy(() -> ErrorReaction.to(202, Action.GIVE_UP, Duration.ZERO, Duration.ZERO, Applied.NO, " "))
                .hasMessage("reason of the reaction to code 202 must not be blank");
    }
}
