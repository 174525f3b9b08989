package io.github.pavelagarkov.kernel.core.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Failures without a code of the server. */
final class NetworkTroubleTest {
    private final ClickHouseErrorPolicy policy = ClickHouseErrors.standard();

    // Named as those of Apache's HTTP client, which the driver may carry in a package of its own.
    private static final class ConnectTimeoutException extends SocketTimeoutException {
        private static final long serialVersionUID = 1L;

        ConnectTimeoutException() {
            super("Connect to http://127.0.0.1:1 failed: Connect timed out");
        }
    }

    private static final class ConnectionRequestTimeoutException extends InterruptedIOException {
        private static final long serialVersionUID = 1L;
    }

    private static final class NoHttpResponseException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static final class ConnectionClosedException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static final class TruncatedChunkException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private static Stream<Arguments> troubles() {
        return Stream.of(
                Arguments.of(new ConnectException("Connection refused"), NetworkTrouble.REFUSED),
                Arguments.of(new NoRouteToHostException("No route to host"), NetworkTrouble.UNREACHABLE),
                Arguments.of(new ConnectTimeoutException(), NetworkTrouble.UNREACHABLE),
                Arguments.of(new SocketTimeoutException("Connect timed out"), NetworkTrouble.UNREACHABLE),
                Arguments.of(new SocketTimeoutException("connect timed out"), NetworkTrouble.UNREACHABLE),
                Arguments.of(new SocketTimeoutException("Read timed out"), NetworkTrouble.SILENT),
                Arguments.of(new SocketTimeoutException(), NetworkTrouble.SILENT),
                Arguments.of(new UnknownHostException("ch-1.example"), NetworkTrouble.NAME_UNKNOWN),
                Arguments.of(new UnresolvedAddressException(), NetworkTrouble.NAME_UNKNOWN),
                Arguments.of(new SocketException("Connection reset"), NetworkTrouble.BROKEN),
                Arguments.of(new EOFException(), NetworkTrouble.BROKEN),
                Arguments.of(new ClosedChannelException(), NetworkTrouble.BROKEN),
                Arguments.of(new NoHttpResponseException(), NetworkTrouble.BROKEN),
                Arguments.of(new ConnectionClosedException(), NetworkTrouble.BROKEN),
                Arguments.of(new TruncatedChunkException(), NetworkTrouble.BROKEN),
                Arguments.of(new SSLException("Tag mismatch"), NetworkTrouble.BROKEN),
                Arguments.of(
                        new ConnectException("Server returned '503 Service Unavailable'. Check network settings."),
                        NetworkTrouble.GATEWAY),
                Arguments.of(
                        new IllegalStateException(
                                "Server returned '502 Bad gateway'. Check network and proxy settings."),
                        NetworkTrouble.GATEWAY),
                Arguments.of(new IllegalStateException("Unexpected result status 504"), NetworkTrouble.GATEWAY),
                Arguments.of(new IllegalStateException("Unexpected result status 429"), NetworkTrouble.THROTTLED),
                Arguments.of(new IllegalStateException("Unexpected result status 418"), NetworkTrouble.NONE),
                Arguments.of(new IllegalStateException("Unexpected result status 5"), NetworkTrouble.NONE),
                Arguments.of(new ConnectionRequestTimeoutException(), NetworkTrouble.POOL_EXHAUSTED),
                Arguments.of(
                        new SQLTransientConnectionException(
                                "events - Connection is not available, request timed out after 250ms"),
                        NetworkTrouble.POOL_EXHAUSTED),
                Arguments.of(new SSLHandshakeException("PKIX path building failed"), NetworkTrouble.TLS_REFUSED),
                Arguments.of(new SSLPeerUnverifiedException("another name"), NetworkTrouble.TLS_REFUSED),
                Arguments.of(new SSLException("Received fatal alert: handshake_failure"), NetworkTrouble.TLS_REFUSED),
                Arguments.of(new SSLException("Unsupported or unrecognized SSL message"), NetworkTrouble.TLS_REFUSED),
                Arguments.of(new InterruptedException(), NetworkTrouble.INTERRUPTED),
                Arguments.of(new InterruptedIOException("interrupted"), NetworkTrouble.INTERRUPTED),
                Arguments.of(new ClosedByInterruptException(), NetworkTrouble.INTERRUPTED),
                Arguments.of(new CancellationException(), NetworkTrouble.INTERRUPTED),
                Arguments.of(new TimeoutException(), NetworkTrouble.CALLERS_DEADLINE),
                Arguments.of(new SQLTimeoutException("statement timed out"), NetworkTrouble.CALLERS_DEADLINE),
                Arguments.of(new NullPointerException(), NetworkTrouble.NONE),
                Arguments.of(new OutOfMemoryError(), NetworkTrouble.NONE));
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void theInnermostExceptionDecides(Throwable leaf, NetworkTrouble expected) {
        BatchUpdateException batch = new BatchUpdateException("batch", "HY000", 0, new int[0]);
        batch.setNextException(new SQLException("row", "HY000", 0, leaf));

        for (Throwable failure : new Throwable[] {
            leaf,
            new SQLException("Query request failed (attempt: 1, duration: 2ms, queryId: 1-2)", "08000", 0, leaf),
            new IllegalStateException(new SQLException("failed", "HY000", 0, new IOException("driver", leaf))),
            batch
        }) {
            assertThat(policy.judge(failure)).as("verdict for %s", failure).isEqualTo(expected.verdict());
        }
    }

    @Test
    void anExceptionThatIsNobodysLeavesTheWordToItsWrapper() {
        Throwable refused = new ConnectException("Connection refused").initCause(new IllegalStateException("native"));

        assertThat(policy.judge(new SQLException("failed", "08000", 0, refused)))
                .isEqualTo(NetworkTrouble.REFUSED.verdict());
    }

    @Test
    void aRefusalAfterAttemptsOfTheDriverLeavesOpenWhatThoseDid() {
        ConnectException refused = new ConnectException("Connection refused");
        SQLException failure = new SQLException(
                "Query request failed (attempt: 4, duration: 23ms, queryId: 1-2)", "08000", 0, refused);

        Verdict verdict = policy.judge(failure);

        assertThat(verdict.action()).isEqualTo(Action.RECONNECT);
        assertThat(verdict.applied()).isEqualTo(Applied.UNKNOWN);
        assertThat(verdict.reason()).contains("client_retry_on_failures=None");
        assertThat(policy.judge(refused).applied()).isEqualTo(Applied.NO);
    }
}
