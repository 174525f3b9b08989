package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseSettings;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.core.internal.pool.PoolSubject;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/** A pool of connections to one ClickHouse, for messages. */
record ClickHouseSubject(String name, ClickHouseSettings settings, ClickHouseErrorPolicy policy)
        implements PoolSubject {
    private static final int UNKNOWN_DATABASE = 81;
    private static final Set<Integer> LOGIN = Set.of(192, 193, 194, 497, 516);

    @Override
    public String text() {
        return "clickhouse pool '" + name + "'";
    }

    @Override
    public String address() {
        return settings.address();
    }

    @Override
    public BackendUnavailableException explain(Throwable error) {
        return error instanceof BackendUnavailableException known
                ? known
                : new BackendUnavailableException(address() + " " + describe(policy.judge(error)), error);
    }

    private String describe(Verdict verdict) {
        if (verdict.code().isEmpty()) {
            return "cannot be reached: " + verdict.reason();
        }
        int code = verdict.code().getAsInt();
        String tag = " (" + code + " " + verdict.codeName() + ")";
        if (LOGIN.contains(code)) {
            return "refused the login: wrong user or password, or no right to connect" + tag;
        }
        if (code == UNKNOWN_DATABASE) {
            String database = settings.url().database().orElse("of the user");
            return "has no database '" + Check.printable(database) + "'" + tag;
        }
        return "refused the call: " + verdict.reason() + tag;
    }

    /** A server that answers is there, whatever it says. */
    @Override
    public boolean isOutage(SQLException error) {
        Verdict verdict = policy.judge(error);
        return verdict.code().isEmpty() && (verdict.needReconnect() || verdict.needWait());
    }

    /** HikariCP would decide by the SQL state, which says nothing here, and end a connection whose query took too long. */
    @Override
    public Optional<Boolean> endsConnection(SQLException error) {
        return Optional.of(policy.judge(error).needReconnect());
    }

    /** The driver's own test does not know how long it may take. */
    @Override
    public Optional<String> testQuery() {
        return Optional.of(ClickHouseDriver.TEST_QUERY);
    }
}
