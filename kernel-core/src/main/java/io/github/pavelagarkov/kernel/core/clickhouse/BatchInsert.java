package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.clickhouse.CallSpec;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.clickhouse.DeduplicationToken;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows that go into a table as one block, once, however often the call has to be repeated.
 *
 * <pre>{@code
 * BatchInsert.into("events", "at", "kind").row(at, kind).row(…).run(pool);
 * }</pre>
 *
 * <p>The token of the block is made of the table and its rows, so the same rows are the same block for this and for every other
 * process, also tomorrow: two batches that are equal by chance are one, unless a column tells them apart. The server knows a block
 * again only within the table's deduplication window ({@code replicated_deduplication_window}, or {@code
 * non_replicated_deduplication_window} that is 0 unless the table sets it), and only if all rows are of one partition. Not
 * thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md CH-5</a>
 */
public final class BatchInsert {
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]{0,127}";

    private final String table;
    private final List<String> columns;
    private final List<List<Object>> rows = new ArrayList<>();

    private BatchInsert(String table, List<String> columns) {
        this.table = table;
        this.columns = columns;
    }

    /**
     * Begins an empty batch.
     *
     * @param table {@code name} or {@code database.name}, of letters, digits and underscores
     * @param columns at least one
     * @return the batch
     * @throws IllegalArgumentException if a name is written otherwise
     */
    public static BatchInsert into(String table, String... columns) {
        require("table", Check.notNull("table", table), NAME + "(\\." + NAME + ")?");
        if (columns.length == 0) {
            throw new IllegalArgumentException("a batch for table " + table + " needs at least one column, got none");
        }
        for (String column : columns) {
            require("column", Check.notNull("column", column), NAME);
        }
        return new BatchInsert(table, List.of(columns));
    }

    private static void require(String what, String name, String pattern) {
        if (!name.matches(pattern)) {
            throw new IllegalArgumentException(
                    what + " must be letters, digits and underscores, was '" + Check.printable(name) + "'");
        }
    }

    /**
     * Adds a row.
     *
     * @param values one for each column; what {@link DeduplicationToken#ofContent} takes
     * @return this batch
     * @throws IllegalArgumentException if there are more or fewer values than columns, or too many rows for one block
     */
    public BatchInsert row(Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException("a row of table " + table + " must have " + columns.size()
                    + " values, one for each of " + columns + ", had " + values.length);
        }
        if (rows.size() == DeduplicationToken.MAX_ROWS) {
            throw new IllegalArgumentException(
                    "a batch must be one block, at most " + DeduplicationToken.MAX_ROWS + " rows: begin another");
        }
        List<Object> row = new ArrayList<>(values.length);
        Collections.addAll(row, values);
        rows.add(Collections.unmodifiableList(row));
        return this;
    }

    /** {@return how many rows there are} */
    public int size() {
        return rows.size();
    }

    /** {@return by what the server will know this batch again} */
    public DeduplicationToken token() {
        return DeduplicationToken.ofContent(table + columns, rows);
    }

    /**
     * Inserts the rows as {@link CallSpec#idempotentWrite()} says; nothing if there are none.
     *
     * @param pool lends the connection
     * @throws IllegalArgumentException if a value is of a class that {@link DeduplicationToken#ofContent} does not take
     * @throws io.github.pavelagarkov.kernel.clickhouse.ClickHouseCallException as {@link ClickHousePool#execute} says
     */
    public void run(ClickHousePool pool) {
        run(pool, CallSpec.idempotentWrite());
    }

    /**
     * Inserts the rows; nothing if there are none.
     *
     * @param pool lends the connection
     * @param spec how often it may be tried and for how long
     * @throws IllegalArgumentException if a value is of a class that {@link DeduplicationToken#ofContent} does not take
     * @throws io.github.pavelagarkov.kernel.clickhouse.ClickHouseCallException as {@link ClickHousePool#execute} says
     */
    public void run(ClickHousePool pool, CallSpec spec) {
        if (rows.isEmpty()) {
            return;
        }
        String sql = sql(token());
        var unused = pool.execute(spec, connection -> insert(connection, sql));
    }

    private String sql(DeduplicationToken token) {
        return "INSERT INTO " + table + " (" + String.join(", ", columns) + ") SETTINGS " + token.setting()
                + " VALUES (" + columns.stream().map(column -> "?").collect(Collectors.joining(", ")) + ")";
    }

    private int insert(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (List<Object> row : rows) {
                for (int i = 0; i < row.size(); i++) {
                    Object value = row.get(i);
                    statement.setObject(i + 1, value instanceof Enum<?> constant ? constant.name() : value);
                }
                statement.addBatch();
            }
            return statement.executeBatch().length;
        }
    }

    /** {@return the table and the number of rows, no value} */
    @Override
    public String toString() {
        return "BatchInsert[" + table + columns + ", " + rows.size() + " rows]";
    }
}
