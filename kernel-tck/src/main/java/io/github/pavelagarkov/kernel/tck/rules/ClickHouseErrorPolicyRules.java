package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import io.github.pavelagarkov.kernel.tck.ContractRules;
import io.github.pavelagarkov.kernel.tck.Rule;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;

/**
 * CH: what a failed ClickHouse call means. Give the suite a policy by {@code KernelFixture.clickHouseErrorPolicy}.
 *
 * <p>Failures are made of {@code java.sql} and {@code java.net} alone, in the shapes that drivers give them.
 */
@SuppressWarnings("NullAway.Init") // set before each test
public class ClickHouseErrorPolicyRules extends ContractRules {
    private static final int TOO_MANY_PARTS = 252;
    private static final String PARTS =
            "Code: 252. DB::Exception: Too many parts (300) in table default.events. (TOO_MANY_PARTS)";

    private ClickHouseErrorPolicy policy;
    private TimedCalls calls;

    /** For the test engine. */
    public ClickHouseErrorPolicyRules() {}

    @BeforeEach
    void openPolicy() {
        calls = new TimedCalls(time());
        policy = required(fixture().clickHouseErrorPolicy(), "ClickHouseErrorPolicy");
    }

    /** On a thread of its own: a policy that follows a cycle for ever fails its test and not the suite. */
    private Verdict judge(String what, Throwable failure) {
        return calls.call("judge() returns for " + what, time().ticks(10), () -> {
            try {
                return policy.judge(failure);
            } catch (Throwable e) {
                throw new AssertionError("judge() threw " + e.getClass().getName() + " for " + what, e);
            }
        });
    }

    private static SQLException server(int code, String text) {
        return new SQLException("Code: " + code + ". DB::Exception: " + text, "22000", code);
    }

    /**
     * What no policy may get wrong about an error of the server.
     *
     * @param code what the server sends
     * @param name what the server calls it
     * @param text what the server says
     * @param actions those that make sense
     * @param applied what can be true of a write
     */
    private record Known(int code, String name, String text, Set<Action> actions, Set<Applied> applied) {}

    private static final List<Known> KNOWN = List.of(
            new Known(
                    62,
                    "SYNTAX_ERROR",
                    "Syntax error: failed at position 1",
                    Set.of(Action.GIVE_UP),
                    Set.of(Applied.NO)),
            new Known(
                    60,
                    "UNKNOWN_TABLE",
                    "Table default.event does not exist.",
                    Set.of(Action.GIVE_UP, Action.RECONNECT),
                    Set.of(Applied.NO)),
            new Known(
                    516,
                    "AUTHENTICATION_FAILED",
                    "default: Authentication failed",
                    Set.of(Action.GIVE_UP, Action.RECONNECT),
                    Set.of(Applied.NO)),
            new Known(
                    202,
                    "TOO_MANY_SIMULTANEOUS_QUERIES",
                    "Too many simultaneous queries. Maximum: 100",
                    Set.of(Action.WAIT),
                    Set.of(Applied.NO)),
            new Known(
                    745,
                    "SERVER_OVERLOADED",
                    "CPU is overloaded, increase backoff between retries",
                    Set.of(Action.WAIT),
                    Set.of(Applied.NO)),
            new Known(
                    TOO_MANY_PARTS,
                    "TOO_MANY_PARTS",
                    "Too many parts (300) in table default.events.",
                    Set.of(Action.WAIT),
                    Set.of(Applied.NO, Applied.PARTIAL, Applied.UNKNOWN)),
            new Known(
                    TOO_MANY_PARTS,
                    "TOO_MANY_PARTS",
                    "Too many partitions for single INSERT block (more than 100).",
                    Set.of(Action.SHRINK, Action.GIVE_UP),
                    Set.of(Applied.NO, Applied.PARTIAL, Applied.UNKNOWN)),
            new Known(
                    241,
                    "MEMORY_LIMIT_EXCEEDED",
                    "Query memory limit exceeded: would use 9.32 GiB, maximum: 9.31 GiB",
                    Set.of(Action.SHRINK, Action.GIVE_UP),
                    Set.of(Applied.PARTIAL, Applied.UNKNOWN)),
            new Known(
                    242,
                    "TABLE_IS_READ_ONLY",
                    "Table is in readonly mode",
                    Set.of(Action.RECONNECT, Action.WAIT),
                    Set.of(Applied.NO)),
            new Known(
                    159,
                    "TIMEOUT_EXCEEDED",
                    "Timeout exceeded: elapsed 60.1 seconds, maximum: 60",
                    Set.of(Action.SHRINK, Action.GIVE_UP),
                    Set.of(Applied.PARTIAL, Applied.UNKNOWN)),
            new Known(
                    319,
                    "UNKNOWN_STATUS_OF_INSERT",
                    "Unknown status of part all_1_1_0: data was written locally",
                    Set.of(Action.WAIT, Action.RECONNECT, Action.RETRY_ONCE, Action.GIVE_UP),
                    Set.of(Applied.UNKNOWN)));

    /** Look at the table of codes: what is unknown is given up, what is only busy is waited for. */
    @Rule("CH-1")
    void ch1_knownErrorsOfTheServerAreDecidedBySense() {
        for (Known known : KNOWN) {
            String what = known.code() + " \"" + known.text() + "\"";

            Verdict verdict = judge(what, server(known.code(), known.text()));

            assertThat(verdict.code()).as("code of %s", what).hasValue(known.code());
            assertThat(verdict.codeName()).as("name of %s", what).isEqualTo(known.name());
            assertThat(verdict.fromServer())
                    .as("whether the server said %s", what)
                    .isTrue();
            assertThat(verdict.action()).as("action for %s", what).isIn(known.actions());
            assertThat(verdict.applied())
                    .as("whether a write was applied after %s", what)
                    .isIn(known.applied());
        }
        assertThat(judge("a code that no server has yet", server(65_000, "news"))
                        .action())
                .as("action for a code that nobody knows")
                .isEqualTo(Action.GIVE_UP);
    }

    /** Look at the fields of a verdict: none is null, none contradicts another, for whatever a catch block caught. */
    @Rule("CH-1")
    void ch1_everyFailureGetsAWholeVerdict() {
        for (Map.Entry<String, Throwable> odd : anythingThatCanBeCaught().entrySet()) {
            String what = odd.getKey();

            Verdict verdict = judge(what, odd.getValue());

            assertThat(verdict).as("verdict for %s", what).isNotNull().hasNoNullFieldsOrProperties();
            assertThat(verdict.reason()).as("reason for %s", what).isNotBlank();
            assertThat(verdict.delay()).as("delay for %s", what).isGreaterThanOrEqualTo(Duration.ZERO);
            assertThat(verdict.cap())
                    .as("cap for %s, the delay is %s", what, verdict.delay())
                    .isGreaterThanOrEqualTo(verdict.delay());
            if (verdict.needWait()) {
                assertThat(verdict.delay()).as("delay of WAIT for %s", what).isPositive();
            }
            if (verdict.code().isEmpty()) {
                assertThat(verdict.codeName())
                        .as("name of no code for %s", what)
                        .isEmpty();
                assertThat(verdict.fromServer())
                        .as("whether the server answered, without a code, for %s", what)
                        .isFalse();
            }
        }
    }

    private static Map<String, Throwable> anythingThatCanBeCaught() {
        Map<String, Throwable> failures = new LinkedHashMap<>();
        KNOWN.forEach(known -> failures.put(known.name() + " " + known.text(), server(known.code(), known.text())));
        networkFailures().forEach(failure -> failures.put(failure.toString(), failure));
        failures.put("a null message", new SQLException());
        failures.put("a null message outside SQL", new RuntimeException());
        failures.put("an empty message", new SQLException("", "", 0));
        failures.put("a negative code", new SQLException("odd", "HY000", -1));
        failures.put("the largest code", new SQLException("odd", "HY000", Integer.MAX_VALUE));
        failures.put(
                "a code in the message that is no int", new SQLException("Code: 99999999999999. DB::Exception: x"));
        failures.put("a message of a megabyte", new SQLException("Code: ".repeat(170_000)));
        failures.put("an Error", new OutOfMemoryError("Java heap space"));
        failures.put("an interrupt", new InterruptedException());
        failures.put("a cancellation", new CancellationException());
        failures.put("a cycle of causes", causeCycle());
        failures.put("a cycle of next exceptions", nextCycle());
        failures.put("a chain of 20,000 causes", causeChain(20_000));
        failures.put("a chain of 2,000 next exceptions", nextChain(2_000));
        failures.put("an exception whose message cannot be read", new Unreadable());
        return failures;
    }

    private static Throwable causeCycle() {
        Exception first = new IOException("first");
        SQLException second = new SQLException("second");
        second.initCause(first);
        first.initCause(second);
        return first;
    }

    private static Throwable nextCycle() {
        SQLException first = new BatchUpdateException("first", new int[0]);
        SQLException second = new SQLException("second");
        first.setNextException(second);
        second.setNextException(first);
        return first;
    }

    private static Throwable causeChain(int length) {
        Throwable chain = new IOException("the end");
        for (int i = 0; i < length; i++) {
            chain = new IllegalStateException("link", chain);
        }
        return chain;
    }

    private static Throwable nextChain(int length) {
        SQLException chain = new SQLException("the end");
        for (int i = 0; i < length; i++) {
            SQLException link = new SQLException("link");
            link.setNextException(chain);
            chain = link;
        }
        return chain;
    }

    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no message for you");
        }
    }

    /** Look for fields that judge() writes: the same failure gets the same verdict, whenever and on whatever thread. */
    @Rule("CH-1")
    void ch1_theSameFailureGetsTheSameVerdict() {
        Map<String, Throwable> failures = new LinkedHashMap<>();
        KNOWN.forEach(known -> failures.put(known.name() + " " + known.text(), server(known.code(), known.text())));
        networkFailures().forEach(failure -> failures.put(failure.toString(), failure));
        Map<String, Verdict> first = new ConcurrentHashMap<>();
        failures.forEach((what, failure) -> first.put(what, judge(what, failure)));

        failures.forEach((what, failure) -> assertThat(judge(what, failure))
                .as("second verdict for %s", what)
                .isEqualTo(first.get(what)));
        calls.inParallel(
                "8 threads judge",
                8,
                time().ticks(60),
                thread -> failures.forEach((what, failure) -> assertThat(policy.judge(failure))
                        .as("verdict for %s on another thread", what)
                        .isEqualTo(first.get(what))));
    }

    /** Look at what judge() does with the failure: it reads it, and changes nothing. */
    @Rule("CH-1")
    void ch1_theFailureIsLeftAsItWas() {
        SQLException next = server(TOO_MANY_PARTS, "Too many parts (300)");
        SQLException failure = new SQLException("batch", "HY000", 0, new IOException("cause"));
        failure.setNextException(next);
        Throwable cause = failure.getCause();
        StackTraceElement[] frames = failure.getStackTrace();

        judge("a batch", failure);

        assertThat(failure.getCause()).as("cause").isSameAs(cause);
        assertThat((Throwable) failure.getNextException()).as("next exception").isSameAs(next);
        assertThat((Throwable) next.getNextException())
                .as("next exception of the next")
                .isNull();
        assertThat(failure.getSuppressed()).as("suppressed exceptions").isEmpty();
        assertThat(failure.getStackTrace()).as("frames").isEqualTo(frames);
    }

    /** Look at how far causes are followed: a driver, a pool and an executor each put something around the code. */
    @Rule("CH-2")
    void ch2_theCodeIsFoundInWrappedCauses() {
        SQLException code = server(TOO_MANY_PARTS, "Too many parts (300)");
        SQLException bare = new SQLException("the server refused", "22000", TOO_MANY_PARTS);
        Verdict direct = judge("the bare exception", code);

        sameAs(direct, "a RuntimeException", new IllegalStateException("insert failed", code));
        sameAs(direct, "an ExecutionException", new ExecutionException("insert failed", code));
        sameAs(
                direct,
                "three layers",
                new CompletionException("async", new RuntimeException("pool", new IOException("driver", code))));
        sameAs(direct, "an SQLException without a code", new SQLException("insert failed", "HY000", 0, code));
        sameAs(
                direct,
                "a connection exception of SQL",
                new SQLNonTransientConnectionException("insert failed", "08000", 0, code));
        found("a code without a text in a cause", new IllegalStateException("insert failed", bare));
    }

    /** Look at getNextException(): a batch keeps what went wrong there. */
    @Rule("CH-2")
    void ch2_theCodeIsFoundInBatchExceptions() {
        SQLException code = server(TOO_MANY_PARTS, "Too many parts (300)");
        Verdict direct = judge("the bare exception", code);
        BatchUpdateException next = new BatchUpdateException("batch failed", "HY000", 0, new int[] {-3});
        next.setNextException(new SQLException("row 1", "HY000", 0));
        next.setNextException(code);
        BatchUpdateException cause = new BatchUpdateException("batch failed", "HY000", 0, new int[] {-3}, code);

        sameAs(direct, "a batch with the code in a next exception", next);
        sameAs(direct, "a batch with the code in its cause", cause);
        sameAs(
                direct,
                "a batch with its own code",
                new BatchUpdateException("batch: " + PARTS, "22000", TOO_MANY_PARTS, new int[] {-3}));
        sameAs(direct, "a batch in a cause", new IllegalStateException("insert failed", next));
    }

    /** Look at the message where the vendor code is 0: drivers lose the one and keep the other. */
    @Rule("CH-2")
    void ch2_theCodeIsFoundInTheMessageWhereTheVendorCodeIsZero() {
        Verdict direct = judge("the bare exception", server(TOO_MANY_PARTS, "Too many parts (300)"));

        sameAs(direct, "an SQLException with vendor code 0", new SQLException(PARTS, "HY000", 0));
        sameAs(direct, "an SQLTimeoutException without a state", new SQLTimeoutException(PARTS));
        sameAs(
                direct,
                "a cause that is no SQLException",
                new SQLException("read failed", "HY000", 0, new IOException(PARTS)));
        sameAs(direct, "a text before it", new SQLException("Failed to read: " + PARTS + " [host ch-1]", "HY000", 0));
    }

    private void sameAs(Verdict direct, String what, Throwable failure) {
        Verdict verdict = found(what, failure);
        assertThat(verdict.action()).as("action for %s around the code", what).isEqualTo(direct.action());
        assertThat(verdict.applied()).as("applied for %s around the code", what).isEqualTo(direct.applied());
        assertThat(verdict.delay()).as("delay for %s around the code", what).isEqualTo(direct.delay());
    }

    private Verdict found(String what, Throwable failure) {
        Verdict verdict = judge(what, failure);
        assertThat(verdict.code()).as("code found through %s", what).hasValue(TOO_MANY_PARTS);
        assertThat(verdict.codeName()).as("name found through %s", what).isEqualTo("TOO_MANY_PARTS");
        assertThat(verdict.fromServer())
                .as("whether the server answered, through %s", what)
                .isTrue();
        return verdict;
    }

    private static List<Throwable> networkFailures() {
        return List.of(
                new ConnectException("Connection refused"),
                new NoRouteToHostException("No route to host"),
                new UnknownHostException("ch-1.example"),
                new SocketException("Connection reset"),
                new SocketTimeoutException("Read timed out"),
                new EOFException("Premature end of stream"),
                new SSLException("Received fatal alert: handshake_failure"));
    }

    /** Look at what decides without a code: the innermost exception, and neither its wrapping nor an SQL state. */
    @Rule("CH-2")
    void ch2_aNetworkFailureIsJudgedByItsInnermostException() {
        for (Throwable leaf : networkFailures()) {
            Verdict direct = judge(leaf.toString(), leaf);

            assertThat(direct.code()).as("code of %s", leaf).isEmpty();
            assertThat(direct.fromServer())
                    .as("whether the server said %s", leaf)
                    .isFalse();
            sameLeaf(direct, leaf, new RuntimeException("insert failed", leaf));
            sameLeaf(direct, leaf, new SQLException("insert failed", "HY000", 0, leaf));
            sameLeaf(direct, leaf, new SQLTransientConnectionException("no connection", "08000", 0, leaf));
            sameLeaf(direct, leaf, new SQLException("insert failed", "08001", 0, new IOException("driver", leaf)));
            // What the driver makes of an answer of a proxy, or of its last attempt of several.
            Throwable outer = new ConnectException("no connection").initCause(leaf);
            sameLeaf(direct, leaf, new SQLException("no connection", "08000", 0, outer));
        }
    }

    private void sameLeaf(Verdict direct, Throwable leaf, Throwable wrapped) {
        Verdict verdict = judge(leaf + " in " + wrapped.getClass().getSimpleName(), wrapped);
        assertThat(verdict.action())
                .as("action for %s, judged by its innermost exception, as if it were bare", wrapped)
                .isEqualTo(direct.action());
        assertThat(verdict.applied())
                .as("applied for %s around %s, judged by its innermost exception", wrapped, leaf)
                .isEqualTo(direct.applied());
        assertThat(verdict.fromServer()).as("whether the server said %s", leaf).isFalse();
    }

    /** Look at what is claimed about a write: a connection that broke on the way leaves it open. */
    @Rule("CH-2")
    void ch2_aBrokenConnectionLeavesOpenWhetherAWriteWasApplied() {
        for (Throwable leaf : List.of(
                new SocketException("Connection reset"),
                new SocketTimeoutException("Read timed out"),
                new EOFException("Premature end of stream"))) {
            assertThat(judge(leaf.toString(), leaf).applied())
                    .as("applied after %s, where nobody can tell", leaf)
                    .isEqualTo(Applied.UNKNOWN);
        }
        for (Throwable leaf :
                List.of(new ConnectException("Connection refused"), new UnknownHostException("ch-1.example"))) {
            assertThat(judge(leaf.toString(), leaf).applied())
                    .as("applied after %s, where nothing was sent by this attempt", leaf)
                    .isIn(Applied.NO, Applied.UNKNOWN);
        }
        for (Throwable leaf : List.of(
                new ConnectException("Connection refused"),
                new SocketException("Connection reset"),
                new EOFException("Premature end of stream"))) {
            assertThat(judge(leaf.toString(), leaf).action())
                    .as("action after %s, which a later attempt may not meet", leaf)
                    .isIn(Action.RECONNECT, Action.WAIT, Action.RETRY_ONCE);
        }
    }
}
