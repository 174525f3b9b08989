package io.github.pavelagarkov.kernel.core.clickhouse;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything that hangs on a failure, each exception once, nearest first, whatever circles it makes. An exception may be anybody's
 * class: what cannot be read of it is not there.
 */
final class FailureParts {
    /** A batch may hang thousands of exceptions one on another. Some never end: each cause makes the next. */
    private static final int MOST = 4_000;

    private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Throwable> main = new ArrayList<>();
    private final List<Throwable> beside = new ArrayList<>();

    FailureParts(Throwable failure) {
        walk(List.of(failure), main);
        List<Throwable> suppressed = suppressedBy(main);
        while (!suppressed.isEmpty()) {
            int known = beside.size();
            walk(suppressed, beside);
            suppressed = suppressedBy(beside.subList(known, beside.size()));
        }
    }

    private void walk(List<Throwable> from, List<Throwable> into) {
        Deque<Throwable> next = new ArrayDeque<>(from);
        while (!next.isEmpty() && seen.size() < MOST) {
            Throwable each = next.removeFirst();
            if (seen.add(each)) {
                into.add(each);
                Throwable cause = cause(each);
                if (cause != null) {
                    next.add(cause);
                }
                Throwable following = each instanceof SQLException sql ? read(sql::getNextException, null) : null;
                if (following != null) {
                    next.add(following);
                }
            }
        }
    }

    private List<Throwable> suppressedBy(List<Throwable> failures) {
        return failures.stream()
                .map(failure -> read(failure::getSuppressed, new Throwable[0]))
                .filter(Objects::nonNull)
                .flatMap(Arrays::stream)
                .filter(failure -> failure != null && !seen.contains(failure))
                .toList();
    }

    /** {@return the failure, its causes and next exceptions, nearest first} */
    List<Throwable> main() {
        return main;
    }

    /** {@return what was suppressed on the way, which says less: it went wrong while the failure was cleaned up after} */
    List<Throwable> beside() {
        return beside;
    }

    /** {@return those of the main ones that have no cause, then the others, innermost first} */
    List<Throwable> innermostFirst() {
        List<Throwable> ordered = new ArrayList<>(
                main.stream().filter(each -> cause(each) == null).toList());
        List<Throwable> others = new ArrayList<>(
                main.stream().filter(each -> cause(each) != null).toList());
        Collections.reverse(others);
        ordered.addAll(others);
        return ordered;
    }

    /** {@return whether any of the main messages is as wanted} */
    boolean says(Predicate<String> wanted) {
        return main.stream().anyMatch(each -> wanted.test(message(each)));
    }

    static String message(Throwable failure) {
        String message = read(failure::getMessage, "");
        return message == null ? "" : message;
    }

    static int vendorCode(Throwable failure) {
        try {
            return failure instanceof SQLException sql ? sql.getErrorCode() : 0;
        } catch (RuntimeException | Error e) {
            // As below; written out because most failures are read no further than this.
            return 0;
        }
    }

    private static @Nullable Throwable cause(Throwable failure) {
        return read(failure::getCause, null);
    }

    private static <T> @Nullable T read(Supplier<@Nullable T> part, @Nullable T otherwise) {
        try {
            return part.get();
        } catch (RuntimeException | Error e) {
            // A broken exception, or no stack left to read it: the others may still say enough.
            return otherwise;
        }
    }
}
