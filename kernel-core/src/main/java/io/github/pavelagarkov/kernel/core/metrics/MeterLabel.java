package io.github.pavelagarkov.kernel.core.metrics;

import java.util.List;

/** What tells the series of one metric apart. No label has a value that comes from outside of the service. */
public enum MeterLabel {
    /** The name of an election. */
    ELECTION("kernel.election"),
    /** What has become of leadership; resigned is lost on purpose. */
    TRANSITION("kernel.transition", "acquired", "lost", "resigned"),
    /** The name of a job. */
    JOB("kernel.job.name"),
    /** How a run ended. */
    RUN_OUTCOME("kernel.job.outcome", "success", "error", "deadline", "cancelled", "abandoned"),
    /** Why a point of a job had no run. */
    SKIP_REASON("kernel.job.skip_reason", "overlap", "not_leader", "rejected", "missed"),
    /** The name of a component of the readiness barrier; {@code all} is the whole. */
    CONDITION("kernel.condition"),
    /** The name of a shutdown hook. */
    HOOK("kernel.hook"),
    /** What became of a hook. */
    HOOK_OUTCOME("kernel.hook.outcome", "ok", "failed", "timed_out", "abandoned"),
    /** The name of a pool of connections. */
    POOL("db.client.connection.pool.name"),
    /** What a pool leads to. */
    SYSTEM("db.system.name", "postgresql", "clickhouse"),
    /** Whether connections are lent out. */
    CONNECTION_STATE("db.client.connection.state", "used", "idle"),
    /** What to do about a failure of ClickHouse. */
    VERDICT("kernel.verdict", "reconnect", "wait", "retry_once", "shrink", "give_up"),
    /** What became of the wish for new connections. */
    RECONNECT_OUTCOME("kernel.reconnect.outcome", "done", "failed"),
    /** The name of a listener. */
    LISTENER("kernel.listener");

    private final String key;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> values;

    MeterLabel(String key, String... values) {
        this.key = key;
        this.values = List.of(values);
    }

    /** {@return the name of the label, as OpenTelemetry has it} */
    public String key() {
        return key;
    }

    /** {@return every value there is; empty if they are the names of things that a service has} */
    public List<String> allowed() {
        return values;
    }

    /** {@return the name of the label as Prometheus has it} */
    public String prometheusKey() {
        return key.replace('.', '_');
    }
}
