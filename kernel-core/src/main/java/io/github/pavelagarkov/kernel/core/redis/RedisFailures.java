package io.github.pavelagarkov.kernel.core.redis;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Check;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.redisson.client.RedisAuthRequiredException;
import org.redisson.client.RedisConnectionException;
import org.redisson.client.RedisTimeoutException;
import org.redisson.client.RedisWrongPasswordException;

/**
 * Turns what Redisson throws into one exception with a stable message: the same trouble says the same words each time, so
 * that it can be reported once; and no parameter of a command gets into it.
 */
final class RedisFailures {
    private static final Pattern IN_SCRIPT =
            Pattern.compile("^(?:ERR Error running script \\(call to f_\\w+\\): )?@user_script: ?\\d+: -?");

    private RedisFailures() {}

    static BackendUnavailableException translate(String address, Throwable error) {
        Throwable cause = error;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof BackendUnavailableException known) {
            return known;
        }
        return new BackendUnavailableException(address + " " + describe(cause), cause);
    }

    private static String describe(Throwable cause) {
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            if (inner instanceof RedisAuthRequiredException) {
                return "refused the call: NOAUTH, it wants a password";
            }
            String message = inner.getMessage();
            if (inner instanceof RedisWrongPasswordException || (message != null && message.contains("WRONGPASS"))) {
                return "refused the login: WRONGPASS, wrong user or password";
            }
        }
        if (cause instanceof RedisTimeoutException) {
            return "did not answer in time";
        }
        for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
            // Redisson wraps the refused connection of a Redis that died later in a general exception.
            if (inner instanceof RedisConnectionException || inner instanceof IOException) {
                return "cannot be reached";
            }
        }
        return "refused the call: " + reason(cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }

    /**
     * {@return what Redis said, alone}
     *
     * <p>Redisson appends the channel and the whole command; Redis before 7 puts the place in the script before it.
     */
    static String reason(String text) {
        String message = IN_SCRIPT.matcher(text).replaceFirst("");
        int end = message.length();
        for (String tail :
                new String[] {". channel:", " channel:", "; command:", " command:", ", params:", " script: "}) {
            int at = message.indexOf(tail);
            end = at >= 0 ? Math.min(end, at) : end;
        }
        return Check.printable(message.substring(0, end).strip());
    }
}
