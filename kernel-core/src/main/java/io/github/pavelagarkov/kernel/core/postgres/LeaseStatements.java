package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseRequest.Mode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Speaks {@link LeaseSql} over JDBC. Used by one thread. */
final class LeaseStatements {
    /** When to look again at a row that was being changed: by then the other transaction is through. */
    private static final Duration SOON = Duration.ofMillis(20);

    private static final char LOCKED_ROW = 'L';
    private static final String LOCKED = "another transaction keeps its row locked";

    /** One lease to give up. */
    record Release(LeaseKey key, String leaseId) {}

    /** What became of it. */
    record Outcome(boolean released, Optional<BackendUnavailableException> trouble) {}

    /** What the server says to one item of a statement. */
    private record Answer(char kind, long number) {}

    private interface Question<T> {
        List<Answer> ask(Connection connection, String text, List<T> items) throws SQLException;
    }

    private interface Rows<T> {
        T read(ResultSet rows) throws SQLException;
    }

    private final LeaseSql sql;
    private final LeaseNames names;
    private final String address;
    private final String acquireOrRenew;
    private final String release;
    private final String holders;

    LeaseStatements(PostgresLeases leases, LeaseNames names, String address) {
        this.sql = new LeaseSql(leases);
        this.names = names;
        this.address = address;
        this.acquireOrRenew = sql.acquireOrRenew();
        this.release = sql.release();
        this.holders = sql.holders();
    }

    /** {@return for each what the store says} */
    List<LeaseReply> acquireOrRenew(Connection connection, List<LeaseRequest> batch) throws SQLException {
        List<Answer> answers = asked(connection, batch, acquireOrRenew, this::acquireOrRenew);
        return join(batch, answers, (request, answer) -> reply(request.key(), answer));
    }

    private List<Answer> acquireOrRenew(Connection connection, String text, List<LeaseRequest> batch)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            set(statement, 1, "text", batch, request -> names.key(request.key()));
            set(statement, 2, "boolean", batch, request -> request.mode() == Mode.ACQUIRE);
            set(statement, 3, "text", batch, LeaseRequest::leaseId);
            set(statement, 4, "text", batch, LeaseRequest::identity);
            set(statement, 5, "bigint", batch, request -> request.ttl().toMillis());
            return read(statement, rows -> {
                List<Answer> answers = new ArrayList<>(batch.size());
                while (rows.next()) {
                    answers.add(new Answer(rows.getString(1).charAt(0), rows.getLong(2)));
                }
                return answers;
            });
        }
    }

    /** Asks all at once, and again one by one for those whose rows were locked. */
    private <T> List<Answer> asked(Connection connection, List<T> items, String statement, Question<T> question)
            throws SQLException {
        List<Answer> answers = question.ask(connection, statement, items);
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).kind() == LOCKED_ROW) {
                try {
                    String patient = sql.patiently(statement);
                    answers.set(
                            i,
                            question.ask(connection, patient, List.of(items.get(i)))
                                    .get(0));
                } catch (SQLException e) {
                    if (!PostgresFailures.isLocked(e)) {
                        throw e;
                    }
                    // Somebody keeps it locked for long: others may be too, and each would cost the wait.
                    rollback(connection);
                    return answers;
                }
            }
        }
        return answers;
    }

    private static void rollback(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        }
    }

    private static <T, R> List<R> join(List<T> items, List<Answer> answers, BiFunction<T, Answer, R> both) {
        List<R> joined = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            joined.add(both.apply(items.get(i), answers.get(i)));
        }
        return joined;
    }

    private LeaseReply reply(LeaseKey key, Answer answer) {
        long number = answer.number();
        return switch (answer.kind()) {
            case 'H' -> new LeaseReply.Held(number);
            case 'T' -> new LeaseReply.Taken(Optional.of(Duration.ofMillis(Math.max(0, number))));
            case 'I' -> new LeaseReply.Taken(Optional.empty());
            case 'R' -> new LeaseReply.Taken(Optional.of(SOON));
            case 'F' -> new LeaseReply.Free();
            case LOCKED_ROW -> new LeaseReply.Failed(failed(key, LOCKED));
            default -> new LeaseReply.Failed(failed(key, "its fencing token cannot grow any further"));
        };
    }

    private BackendUnavailableException failed(LeaseKey key, String why) {
        return new BackendUnavailableException(address + " refused key '" + names.key(key) + "': " + why);
    }

    /** {@return for each whether it was held with that id, or why that is not known} */
    List<Outcome> release(Connection connection, List<Release> releases) throws SQLException {
        List<Answer> answers = asked(connection, releases, release, this::release);
        return join(
                releases,
                answers,
                (asked, answer) -> new Outcome(
                        answer.kind() == 'Y',
                        answer.kind() == LOCKED_ROW ? Optional.of(failed(asked.key(), LOCKED)) : Optional.empty()));
    }

    private List<Answer> release(Connection connection, String text, List<Release> releases) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(text)) {
            set(statement, 1, "text", releases, asked -> names.key(asked.key()));
            set(statement, 2, "text", releases, Release::leaseId);
            return read(statement, rows -> {
                List<Answer> answers = new ArrayList<>(releases.size());
                while (rows.next()) {
                    answers.add(new Answer(rows.getString(1).charAt(0), 0));
                }
                return answers;
            });
        }
    }

    /** {@return for each key who holds it} */
    Map<LeaseKey, Optional<LeaderInfo>> holders(Connection connection, Set<LeaseKey> keys) throws SQLException {
        List<LeaseKey> asked = List.copyOf(keys);
        try (PreparedStatement statement = connection.prepareStatement(holders)) {
            set(statement, 1, "text", asked, names::key);
            return read(statement, rows -> {
                Map<LeaseKey, Optional<LeaderInfo>> found = new HashMap<>();
                for (LeaseKey key : asked) {
                    found.put(key, rows.next() ? holder(rows) : Optional.empty());
                }
                return found;
            });
        }
    }

    private static Optional<LeaderInfo> holder(ResultSet rows) throws SQLException {
        long token = rows.getLong(2);
        return rows.wasNull()
                ? Optional.empty()
                : Optional.of(new LeaderInfo(rows.getString(1), OptionalLong.of(token)));
    }

    private static <T> void set(
            PreparedStatement statement, int index, String type, List<T> items, Function<T, Object> value)
            throws SQLException {
        Object[] values = items.stream().map(value).toArray();
        statement.setArray(index, statement.getConnection().createArrayOf(type, values));
    }

    /** The rows of the one part that has rows; all parts are read, for an error may be the answer to the last one. */
    private static <T> T read(PreparedStatement statement, Rows<T> rows) throws SQLException {
        Optional<T> found = Optional.empty();
        boolean isRows = statement.execute();
        while (isRows || statement.getUpdateCount() != -1) {
            if (isRows) {
                try (ResultSet set = statement.getResultSet()) {
                    found = Optional.of(rows.read(set));
                }
            }
            isRows = statement.getMoreResults();
        }
        return found.orElseThrow(() -> new SQLException("the server answered without rows"));
    }
}
