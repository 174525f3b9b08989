package io.github.pavelagarkov.kernel.core.postgres;

import java.time.Duration;

/**
 * What runs inside PostgreSQL, 12 or newer.
 *
 * <p>Time is the server's alone, and clock_timestamp() rather than now(): a transaction that waited must not see the past.
 * Isolation is READ COMMITTED whatever the database's default is, for a row that was locked is then read as it is.
 */
final class LeaseSql {
    /** One for all tables and applications: a name has 63 bytes at most, which an application may fill alone. */
    static final String CHANNEL = "kernel_released";

    private static final String MICROS = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    private final String table;
    private final String begin;
    private final long lockMillis;

    LeaseSql(PostgresLeases leases) {
        this.table = quoted(leases.table());
        this.begin = begin(leases.attempt());
        this.lockMillis = Math.max(1, leases.attempt().toMillis() / 4);
    }

    private static String quoted(String name) {
        return "\"" + name.replace(".", "\".\"") + "\"";
    }

    /**
     * All in one message to the server: one round trip, and no transaction that stays open if this process is stopped in
     * between. Should it be stopped in the middle of the message, the server ends the transaction by itself.
     */
    private static String begin(Duration attempt) {
        long millis = Math.max(1, attempt.toMillis());
        return "BEGIN ISOLATION LEVEL READ COMMITTED;"
                + " SET LOCAL synchronous_commit = on;"
                + " SET LOCAL statement_timeout = " + millis + ";"
                + " SET LOCAL idle_in_transaction_session_timeout = " + millis + "; ";
    }

    private String transaction(String statement) {
        return begin + statement.replace("{table}", table).strip() + "; COMMIT";
    }

    /**
     * {@return the same statement, which waits a moment for a row instead of skipping it}
     *
     * <p>A rival that wanted a free lease and came too late holds the row of the winner locked until its own transaction
     * ends, a few milliseconds. The winner must not take that for trouble, nor leave a release to the ttl.
     *
     * @param statement one that skips
     */
    String patiently(String statement) {
        return "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = " + lockMillis + ";"
                + statement.replaceFirst("^BEGIN[^;]*;", "").replace(" SKIP LOCKED", "");
    }

    static String ddl(String name) {
        return create(quoted(name));
    }

    private static String create(String table) {
        return """
                CREATE TABLE IF NOT EXISTS {table} (
                    key text COLLATE "C" PRIMARY KEY,
                    lease_id text,
                    identity text,
                    token bigint NOT NULL,
                    expires_at timestamptz NOT NULL
                ) WITH (fillfactor = 50)
                """.replace("{table}", table).strip();
    }

    /** Without parameters. */
    String createTable() {
        return transaction(create("{table}"));
    }

    /**
     * Parameters: keys, whether each acquires, lease ids, identities, ttls in ms. One row per request, in order: what to
     * answer, and a number with it. {@code H token} held, {@code T ms} taken, {@code I} taken without an end, {@code F} free,
     * {@code R} somebody else is changing it this very moment, {@code L} it is ours and somebody keeps its row locked,
     * {@code X} its token cannot grow.
     *
     * <p>Only rows that are to change are locked, so a candidate that finds a lease taken writes nothing. A locked row is
     * skipped and never waited for: one lease that somebody holds in an open transaction must not stop all others, and two
     * batches cannot wait for each other. Rows stay after a release, for their tokens.
     */
    String acquireOrRenew() {
        return transaction("""
                WITH asked AS MATERIALIZED (
                  SELECT * FROM unnest(?::text[], ?::boolean[], ?::text[], ?::text[], ?::bigint[])
                    WITH ORDINALITY AS a(key, acquires, id, identity, ttl, n)
                ), seen AS MATERIALIZED (
                  SELECT a.n, l.token, l.lease_id = a.id AS own,
                    l.lease_id IS NOT NULL AND l.expires_at > clock_timestamp() AS live,
                    CASE WHEN isfinite(l.expires_at)
                      THEN ceil(extract(epoch FROM l.expires_at - clock_timestamp()) * 1000)::bigint END AS remaining
                  FROM asked a JOIN {table} l ON l.key = a.key
                ), due AS MATERIALIZED (
                  SELECT l.key, a.id, a.identity, a.ttl,
                    l.lease_id IS NOT NULL AND l.expires_at > clock_timestamp() AS live
                  FROM asked a JOIN {table} l ON l.key = a.key
                  WHERE CASE WHEN l.lease_id IS NOT NULL AND l.expires_at > clock_timestamp()
                    THEN l.lease_id = a.id ELSE a.acquires AND l.token < 4611686018427387904 END
                  FOR UPDATE OF l SKIP LOCKED
                ), changed AS (
                  UPDATE {table} l SET lease_id = d.id, identity = d.identity,
                    token = CASE WHEN d.live AND l.lease_id = d.id THEN l.token ELSE greatest(l.token + 1, {micros}) END,
                    expires_at = clock_timestamp() + d.ttl * interval '1 millisecond'
                  FROM due d WHERE l.key = d.key
                  RETURNING l.key, l.lease_id, l.token
                ), added AS (
                  INSERT INTO {table} AS l (key, lease_id, identity, token, expires_at)
                  SELECT a.key, a.id, a.identity, {micros}, clock_timestamp() + a.ttl * interval '1 millisecond'
                  FROM asked a WHERE a.acquires AND NOT EXISTS (SELECT FROM seen s WHERE s.n = a.n)
                  ORDER BY a.key
                  ON CONFLICT (key) DO NOTHING
                  RETURNING l.key, l.lease_id, l.token
                ), held AS (
                  SELECT * FROM changed UNION ALL SELECT * FROM added
                )
                SELECT CASE
                    WHEN h.token IS NOT NULL THEN 'H'
                    WHEN s.live AND s.own THEN 'L'
                    WHEN s.live AND s.remaining IS NULL THEN 'I'
                    WHEN s.live THEN 'T'
                    WHEN NOT a.acquires THEN 'F'
                    WHEN s.token >= 4611686018427387904 THEN 'X'
                    ELSE 'R' END,
                  coalesce(h.token, s.remaining, 0)
                FROM asked a
                  LEFT JOIN seen s ON s.n = a.n
                  LEFT JOIN held h ON h.key = a.key AND h.lease_id = a.id
                ORDER BY a.n
                """.replace("{micros}", MICROS));
    }

    /**
     * Parameters: keys, lease ids. One row per request, in order: {@code Y} given up, {@code N} it was not held with that id,
     * {@code L} somebody keeps its row locked.
     */
    String release() {
        return transaction("""
                WITH asked AS MATERIALIZED (
                  SELECT * FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS a(key, id, n)
                ), mine AS MATERIALIZED (
                  SELECT l.key, a.n FROM asked a JOIN {table} l ON l.key = a.key
                  WHERE l.lease_id = a.id AND l.expires_at > clock_timestamp()
                ), due AS MATERIALIZED (
                  SELECT l.key, a.n FROM asked a JOIN {table} l ON l.key = a.key
                  WHERE l.lease_id = a.id AND l.expires_at > clock_timestamp()
                  FOR UPDATE OF l SKIP LOCKED
                ), released AS (
                  UPDATE {table} l SET lease_id = NULL, identity = NULL, expires_at = clock_timestamp()
                  FROM due d WHERE l.key = d.key
                  RETURNING l.key, d.n
                ), told AS MATERIALIZED (
                  SELECT n, pg_notify('{channel}', key) FROM released
                )
                SELECT CASE WHEN t.n IS NOT NULL THEN 'Y' WHEN m.n IS NOT NULL THEN 'L' ELSE 'N' END
                FROM asked a LEFT JOIN told t ON t.n = a.n LEFT JOIN mine m ON m.n = a.n
                ORDER BY a.n
                """.replace("{channel}", CHANNEL));
    }

    /** Parameter: keys. One row per key, in order: identity and token, or nulls if nobody holds it. */
    String holders() {
        return transaction("""
                SELECT l.identity, l.token
                FROM unnest(?::text[]) WITH ORDINALITY AS a(key, n)
                  LEFT JOIN {table} l ON l.key = a.key AND l.lease_id IS NOT NULL AND l.expires_at > clock_timestamp()
                ORDER BY a.n
                """);
    }
}
