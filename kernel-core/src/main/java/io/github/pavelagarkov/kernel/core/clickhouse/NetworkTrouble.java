package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Failures in which the server said no code: where the call ended, by the kind of the innermost exception. Never by an SQL state:
 * the driver has 08000 for a connection that was refused and for one that broke after the statement was sent.
 */
enum NetworkTrouble {
    /** Nobody listens there. */
    REFUSED(Action.RECONNECT, 1_000, 30_000, Applied.NO, "the server refuses connections"),
    /** No connection within the time for it. */
    UNREACHABLE(Action.RECONNECT, 1_000, 30_000, Applied.NO, "the server cannot be reached"),
    /** No such name, or no answer about it. */
    NAME_UNKNOWN(Action.WAIT, 1_000, 60_000, Applied.NO, "the name of the server cannot be resolved"),
    /** The connection ended before the answer did. */
    BROKEN(
            Action.RECONNECT,
            500,
            30_000,
            Applied.UNKNOWN,
            "the connection broke, perhaps after the statement was sent"),
    /** The connection is there and says nothing. */
    SILENT(
            Action.RECONNECT,
            1_000,
            30_000,
            Applied.UNKNOWN,
            "the server did not answer in time and may still be at work"),
    /** A proxy answered in place of the server. */
    GATEWAY(Action.WAIT, 2_000, 60_000, Applied.UNKNOWN, "a proxy or a busy server answered without a code"),
    /** A proxy asks for patience. */
    THROTTLED(Action.WAIT, 2_000, 60_000, Applied.NO, "a proxy lets no more requests through now"),
    /** All our own connections are lent out. */
    POOL_EXHAUSTED(Action.WAIT, 500, 10_000, Applied.NO, "no connection of our own pool was free in time"),
    /** They do not trust each other. */
    TLS_REFUSED(Action.GIVE_UP, 0, 0, Applied.NO, "TLS was refused; certificates or protocols do not fit"),
    /** Somebody here ended the call. */
    INTERRUPTED(Action.GIVE_UP, 0, 0, Applied.UNKNOWN, "the call was interrupted or cancelled from here"),
    /** Somebody here had no more time. */
    CALLERS_DEADLINE(
            Action.GIVE_UP, 0, 0, Applied.UNKNOWN, "the caller's own time was over, which says nothing of the server"),
    /** None of these. */
    NONE(Action.GIVE_UP, 0, 0, Applied.UNKNOWN, "neither a code of the server nor a failure of the network was found"),
    /** Not a failure at all, or one that could not be read. */
    UNREADABLE(Action.GIVE_UP, 0, 0, Applied.UNKNOWN, "the failure could not be read");

    /** Of Apache's HTTP client, which the driver may bring in a package of its own. */
    private static final Set<String> CUT_SHORT = Set.of(
            "NoHttpResponseException",
            "ConnectionClosedException",
            "TruncatedChunkException",
            "MalformedChunkCodingException",
            "StreamClosedException");

    private static final Set<String> BY_A_PROXY = Set.of("502", "503", "504");
    private static final String STATUS = "Unexpected result status ";
    private static final String RETURNED = "Server returned '";
    private static final int DIGITS_OF_STATUS = 3;

    private final Action action;
    private final Duration delay;
    private final Duration cap;
    private final Applied applied;
    private final String reason;

    NetworkTrouble(Action action, long delayMillis, long capMillis, Applied applied, String reason) {
        this.action = action;
        this.delay = Duration.ofMillis(delayMillis);
        this.cap = Duration.ofMillis(capMillis);
        this.applied = applied;
        this.reason = reason;
    }

    Verdict verdict() {
        return verdict(applied, reason);
    }

    /** The driver tries again by itself unless told not to: its last failure says nothing about the ones before. */
    Verdict verdictAfterSeveralAttempts() {
        return applied == Applied.NO
                ? verdict(Applied.UNKNOWN, reason + "; the driver had tried before: set client_retry_on_failures=None")
                : verdict();
    }

    private Verdict verdict(Applied write, String why) {
        return new Verdict(action, delay, cap, OptionalInt.empty(), "", false, write, why);
    }

    /** {@return which trouble an exception stands for, by itself and without its causes; empty for any other} */
    static Optional<NetworkTrouble> of(Throwable failure) {
        NetworkTrouble kind = kind(failure);
        return kind == NONE ? Optional.empty() : Optional.of(kind);
    }

    private static NetworkTrouble kind(Throwable failure) {
        String name = failure.getClass().getSimpleName();
        // By name before by type: both time-outs of the HTTP client extend those of java.net, with another meaning.
        if (name.equals("ConnectTimeoutException")) {
            return UNREACHABLE;
        }
        if (name.equals("ConnectionRequestTimeoutException")) {
            return POOL_EXHAUSTED;
        }
        if (CUT_SHORT.contains(name)) {
            return BROKEN;
        }
        String status = status(FailureParts.message(failure));
        if (status.equals("429")) {
            return THROTTLED;
        }
        if (BY_A_PROXY.contains(status)) {
            return GATEWAY;
        }
        return byType(failure);
    }

    /** The driver throws ConnectException, or an exception of its own, for an answer of HTTP that has no code. */
    private static String status(String message) {
        String prefix = message.startsWith(STATUS) ? STATUS : RETURNED;
        return message.startsWith(prefix) && message.length() >= prefix.length() + DIGITS_OF_STATUS
                ? message.substring(prefix.length(), prefix.length() + DIGITS_OF_STATUS)
                : "";
    }

    private static NetworkTrouble byType(Throwable failure) {
        if (failure instanceof ConnectException) {
            return REFUSED;
        }
        if (failure instanceof NoRouteToHostException) {
            return UNREACHABLE;
        }
        if (failure instanceof UnknownHostException || failure instanceof UnresolvedAddressException) {
            return NAME_UNKNOWN;
        }
        if (failure instanceof SocketTimeoutException) {
            return FailureParts.message(failure).contains("onnect timed out") ? UNREACHABLE : SILENT;
        }
        if (failure instanceof InterruptedException
                || failure instanceof InterruptedIOException
                || failure instanceof ClosedByInterruptException
                || failure instanceof CancellationException) {
            return INTERRUPTED;
        }
        if (failure instanceof SocketException
                || failure instanceof EOFException
                || failure instanceof ClosedChannelException) {
            return BROKEN;
        }
        if (failure instanceof SSLException) {
            return tls(failure);
        }
        if (failure instanceof SQLTransientConnectionException) {
            return FailureParts.message(failure).contains("request timed out") ? POOL_EXHAUSTED : NONE;
        }
        return failure instanceof TimeoutException || failure instanceof SQLTimeoutException ? CALLERS_DEADLINE : NONE;
    }

    private static NetworkTrouble tls(Throwable failure) {
        boolean refused = failure instanceof SSLHandshakeException
                || failure instanceof SSLPeerUnverifiedException
                || FailureParts.message(failure).contains("fatal alert: handshake")
                || FailureParts.message(failure).contains("Unsupported or unrecognized");
        return refused ? TLS_REFUSED : BROKEN;
    }
}
