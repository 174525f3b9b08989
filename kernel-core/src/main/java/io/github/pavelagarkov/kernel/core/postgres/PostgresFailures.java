package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Check;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;

/**
 * Turns what JDBC throws into one exception with a stable message: the same trouble says the same words each time, so that it
 * can be reported once; and no parameter of a statement gets into it.
 */
final class PostgresFailures {
    /** The server is there and will not have us, for instance without or with TLS. */
    private static final String REJECTED = "08004";

    private static final String READ_ONLY = "25006";
    private static final String QUERY_CANCELED = "57014";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final Set<String> LOGIN = Set.of("28000", "28P01");
    /** The table or its schema. */
    private static final Set<String> MISSING = Set.of("42P01", "3F000");
    /** Another process creates the table at the same moment. */
    private static final Set<String> ALREADY_THERE = Set.of("23505", "42P07", "42710");

    private PostgresFailures() {}

    static BackendUnavailableException translate(String address, Throwable error) {
        return error instanceof BackendUnavailableException known
                ? known
                : new BackendUnavailableException(address + " " + describe(error), error);
    }

    private static String describe(Throwable error) {
        String state = state(error);
        if (LOGIN.contains(state)) {
            return "refused the login: wrong user or password, or no right to connect (" + state + ")";
        }
        if (state.equals(READ_ONLY)) {
            return "is read-only: a standby, or default_transaction_read_only is on (" + state + ")";
        }
        if (state.equals(QUERY_CANCELED) || has(error, SocketTimeoutException.class)) {
            return "did not answer in time";
        }
        if (state.startsWith("57P")) {
            return "ended the connection: it stops, starts, or an operator cut it (" + state + ")";
        }
        if (has(error, UnknownHostException.class)) {
            return "cannot be reached: its host name is not known";
        }
        if (has(error, SSLHandshakeException.class)) {
            return "cannot be reached: the TLS handshake failed, see the certificate and what the client trusts";
        }
        if ((state.startsWith("08") && !state.equals(REJECTED))
                || error instanceof SQLTransientConnectionException
                || has(error, IOException.class)) {
            return "cannot be reached";
        }
        return "refused the call: " + reason(error) + (state.isEmpty() ? "" : " (" + state + ")");
    }

    /** {@return the first line alone: the others quote values} */
    private static String reason(Throwable error) {
        String message = error.getMessage() == null ? error.toString() : error.getMessage();
        return Check.printable(message.lines().findFirst().orElse("").replaceFirst("^(ERROR|FATAL): ", ""));
    }

    private static String state(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    private static boolean has(Throwable error, Class<? extends Throwable> type) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** {@return whether the server is away, stops or starts: whoever tries again may find it back} */
    static boolean isOutage(SQLException error) {
        String state = state(error);
        return !state.equals(REJECTED)
                && (state.startsWith("08") || state.startsWith("57P") || has(error, IOException.class));
    }

    static boolean isMissingTable(SQLException error) {
        return MISSING.contains(state(error));
    }

    static boolean isLocked(SQLException error) {
        return state(error).equals(LOCK_NOT_AVAILABLE);
    }

    static boolean isAlreadyThere(SQLException error) {
        return ALREADY_THERE.contains(state(error));
    }

    /**
     * {@return whether the connection is of no more use: it is broken, or leads to a server that cannot write while another
     * one may}
     */
    static boolean endsConnection(SQLException error) {
        String state = state(error);
        return state.isEmpty()
                || state.startsWith("08")
                || state.startsWith("57P")
                || state.equals(READ_ONLY)
                || has(error, IOException.class);
    }
}
