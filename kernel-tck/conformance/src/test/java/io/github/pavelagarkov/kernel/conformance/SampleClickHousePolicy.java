package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A policy that is right about the few codes that the suite asks about, to prove the suite. */
final class SampleClickHousePolicy implements ClickHouseErrorPolicy {
    private static final int FARTHEST = 1_000;
    private static final Pattern CODE = Pattern.compile("Code: (\\d{1,9})\\. DB::");
    private static final Entry OTHER = entry("", Action.GIVE_UP, 0, Applied.UNKNOWN);
    private static final Map<Integer, Entry> TABLE = Map.of(
            60, entry("UNKNOWN_TABLE", Action.GIVE_UP, 0, Applied.NO),
            62, entry("SYNTAX_ERROR", Action.GIVE_UP, 0, Applied.NO),
            159, entry("TIMEOUT_EXCEEDED", Action.GIVE_UP, 0, Applied.PARTIAL),
            202, entry("TOO_MANY_SIMULTANEOUS_QUERIES", Action.WAIT, 1, Applied.NO),
            241, entry("MEMORY_LIMIT_EXCEEDED", Action.SHRINK, 2, Applied.PARTIAL),
            242, entry("TABLE_IS_READ_ONLY", Action.RECONNECT, 5, Applied.NO),
            252, entry("TOO_MANY_PARTS", Action.WAIT, 5, Applied.PARTIAL),
            319, entry("UNKNOWN_STATUS_OF_INSERT", Action.WAIT, 5, Applied.UNKNOWN),
            516, entry("AUTHENTICATION_FAILED", Action.GIVE_UP, 0, Applied.NO),
            745, entry("SERVER_OVERLOADED", Action.WAIT, 2, Applied.NO));

    private record Entry(String name, Action action, Duration delay, Applied applied) {
        Verdict verdict(OptionalInt code, String reason) {
            return new Verdict(action, delay, delay.multipliedBy(12), code, name, code.isPresent(), applied, reason);
        }
    }

    private static Entry entry(String name, Action action, int delaySeconds, Applied applied) {
        return new Entry(name, action, Duration.ofSeconds(delaySeconds), applied);
    }

    @Override
    public Verdict judge(Throwable failure) {
        List<Throwable> all = reachable(failure);
        return all.stream()
                .map(SampleClickHousePolicy::byCode)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(() -> byLeaf(innermost(failure)));
    }

    /** Everything that hangs on a failure, nearest first, each once, and not without end. */
    private static List<Throwable> reachable(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Throwable> all = new ArrayList<>();
        Deque<Throwable> next = new ArrayDeque<>(List.of(failure));
        while (!next.isEmpty() && all.size() < FARTHEST) {
            Throwable each = next.removeFirst();
            if (seen.add(each)) {
                all.add(each);
                Optional.ofNullable(each.getCause()).ifPresent(next::add);
                if (each instanceof SQLException sql) {
                    Optional.ofNullable(sql.getNextException()).ifPresent(next::add);
                }
            }
        }
        return all;
    }

    private static Throwable innermost(Throwable failure) {
        Throwable leaf = failure;
        for (int i = 0; i < FARTHEST; i++) {
            Throwable cause = leaf.getCause();
            if (cause == null) {
                return leaf;
            }
            leaf = cause;
        }
        return leaf;
    }

    private static Optional<Verdict> byCode(Throwable failure) {
        String message = message(failure);
        int code = failure instanceof SQLException sql ? sql.getErrorCode() : 0;
        if (code <= 0) {
            Matcher text = CODE.matcher(message);
            code = text.find() ? Integer.parseInt(text.group(1)) : 0;
        }
        if (code <= 0) {
            return Optional.empty();
        }
        if (code == 252 && message.contains("Too many partitions")) {
            return Optional.of(entry("TOO_MANY_PARTS", Action.SHRINK, 0, Applied.PARTIAL)
                    .verdict(OptionalInt.of(code), "one block has too many partitions"));
        }
        Entry entry = TABLE.getOrDefault(code, OTHER);
        return Optional.of(entry.verdict(OptionalInt.of(code), "the server answered " + code + " " + entry.name()));
    }

    private static String message(Throwable failure) {
        try {
            return String.valueOf(failure.getMessage());
        } catch (RuntimeException e) {
            // Without a message there may still be a code, or a cause.
            return "";
        }
    }

    private static Verdict byLeaf(Throwable leaf) {
        String reason = "there is no code, the innermost exception is "
                + leaf.getClass().getSimpleName();
        if (leaf instanceof ConnectException
                || leaf instanceof NoRouteToHostException
                || leaf instanceof UnknownHostException) {
            return entry("", Action.RECONNECT, 1, Applied.NO).verdict(OptionalInt.empty(), reason);
        }
        if (leaf instanceof SocketException || leaf instanceof SocketTimeoutException || leaf instanceof EOFException) {
            return entry("", Action.RECONNECT, 1, Applied.UNKNOWN).verdict(OptionalInt.empty(), reason);
        }
        return OTHER.verdict(OptionalInt.empty(), reason);
    }
}
