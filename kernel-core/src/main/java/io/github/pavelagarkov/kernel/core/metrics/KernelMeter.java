package io.github.pavelagarkov.kernel.core.metrics;

import static io.github.pavelagarkov.kernel.core.metrics.MeterKind.COUNTER;
import static io.github.pavelagarkov.kernel.core.metrics.MeterKind.GAUGE;
import static io.github.pavelagarkov.kernel.core.metrics.MeterKind.HISTOGRAM;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.CONDITION;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.CONNECTION_STATE;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.ELECTION;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.HOOK;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.HOOK_OUTCOME;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.JOB;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.LISTENER;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.POOL;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.RECONNECT_OUTCOME;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.RUN_OUTCOME;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.SKIP_REASON;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.SYSTEM;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.TRANSITION;
import static io.github.pavelagarkov.kernel.core.metrics.MeterLabel.VERDICT;

import java.util.List;

/**
 * The table of metrics: every sink, docs/metrics.md and the checks of the dashboard and the alert rules follow it.
 *
 * <p>Names and units are those of OpenTelemetry. A library without labels has a name for each series, see {@link
 * MeterSeries#flatName()}.
 */
public enum KernelMeter {
    /** Whether this process leads. */
    LEADER_STATE(
            "kernel.leader.state",
            GAUGE,
            "{leader}",
            "kernel.leader.{}.state",
            "1 if this process leads, 0 if not; the sum over all processes must be 1.",
            ELECTION),
    /** Whether this process cannot tell who leads. */
    LEADER_UNKNOWN(
            "kernel.leader.unknown",
            GAUGE,
            "{process}",
            "kernel.leader.{}.unknown",
            "1 while the store of the election cannot be asked: neither leader nor follower.",
            ELECTION),
    /** How long the lease still holds. */
    LEADER_LEASE_REMAINING(
            "kernel.leader.lease.remaining",
            GAUGE,
            "s",
            "kernel.leader.{}.lease.remaining",
            "How long the lease holds if it is not renewed any more, margin taken off; 0 if this process does not lead.",
            ELECTION),
    /** How often leadership has changed. */
    LEADER_TRANSITION(
            "kernel.leader.transition",
            COUNTER,
            "{transition}",
            "kernel.leader.{}.transition.{}",
            "How often this process has got leadership, lost it, or given it up.",
            ELECTION,
            TRANSITION),
    /** How often the store has begun to fail. */
    LEADER_TROUBLE(
            "kernel.leader.trouble",
            COUNTER,
            "{trouble}",
            "kernel.leader.{}.trouble",
            "How often the store of the election has begun to fail, or failed in another way than before.",
            ELECTION),
    /** How often work went on without a lease. */
    LEADER_OVERRUN(
            "kernel.leader.overrun",
            COUNTER,
            "{overrun}",
            "kernel.leader.{}.overrun",
            "How often work went on although its lease had run out.",
            ELECTION),
    /** How runs ended. */
    JOB_RUN(
            "kernel.job.run",
            COUNTER,
            "{run}",
            "kernel.job.{}.run.{}",
            "Runs that have ended, by how; `cancelled` are also those that were dropped before they began.",
            JOB,
            RUN_OUTCOME),
    /** How long runs took. */
    JOB_RUN_DURATION(
            "kernel.job.run.duration",
            HISTOGRAM,
            "s",
            "kernel.job.{}.duration.{}",
            "How long a run took, from its start to its end.",
            JOB,
            RUN_OUTCOME),
    /** How late runs began. */
    JOB_WAIT_DURATION(
            "kernel.job.wait.duration",
            HISTOGRAM,
            "s",
            "kernel.job.{}.wait",
            "How long a run waited, from its point to its start: for a thread, a permit, or the run before it.",
            JOB),
    /** Points that had no run. */
    JOB_SKIPPED(
            "kernel.job.skipped",
            COUNTER,
            "{run}",
            "kernel.job.{}.skipped.{}",
            "Points of the schedule that had no run, by why.",
            JOB,
            SKIP_REASON),
    /** Runs that go on. */
    JOB_ACTIVE("kernel.job.active", GAUGE, "{run}", "kernel.job.{}.active", "Runs that go on now.", JOB),
    /** Runs that wait. */
    JOB_QUEUED(
            "kernel.job.queued",
            GAUGE,
            "{run}",
            "kernel.job.{}.queued",
            "Runs that wait for a permit or for a run.",
            JOB),
    /** Whether a job is paused. */
    JOB_PAUSED(
            "kernel.job.paused", GAUGE, "{job}", "kernel.job.{}.paused", "1 while the job is paused, 0 if not.", JOB),
    /** When a job succeeded last. */
    JOB_LAST_SUCCESS(
            "kernel.job.last_success.time",
            GAUGE,
            "s",
            "kernel.job.{}.last-success.time",
            "When a run of the job last succeeded in this process, in seconds since 1970; until then when the job was first"
                    + " seen.",
            JOB),
    /** When a job runs next. */
    JOB_NEXT_RUN(
            "kernel.job.next_run.time",
            GAUGE,
            "s",
            "kernel.job.{}.next-run.time",
            "When the job runs next, in seconds since 1970; 0 if it is manual, paused or not scheduled here.",
            JOB),
    /** Whether traffic may come. */
    READINESS_STATE(
            "kernel.readiness.state",
            GAUGE,
            "{component}",
            "kernel.readiness.{}",
            "1 if the component is ready, 0 if not; `all` is the answer to the readiness probe.",
            CONDITION),
    /** Whether the process should be restarted. */
    LIVENESS_STATE(
            "kernel.liveness.state",
            GAUGE,
            "{process}",
            "kernel.liveness",
            "1 while the process is well, 0 once it should be restarted."),
    /** How far the shutdown is. */
    SHUTDOWN_STATE(
            "kernel.shutdown.state",
            GAUGE,
            "{state}",
            "kernel.shutdown",
            "0 while the process runs, 1 while it drains, 2 while it stops, 3 when it has stopped."),
    /** How hooks ended. */
    SHUTDOWN_HOOK(
            "kernel.shutdown.hook",
            COUNTER,
            "{hook}",
            "kernel.shutdown.{}.{}",
            "Shutdown hooks that have ended, by how; `grpc` fails if it had to cut calls, a pool if it had to cut connections.",
            HOOK,
            HOOK_OUTCOME),
    /** How long hooks took. */
    SHUTDOWN_HOOK_DURATION(
            "kernel.shutdown.hook.duration",
            HISTOGRAM,
            "s",
            "kernel.shutdown.{}.duration",
            "How long a shutdown hook took.",
            HOOK),
    /** Connections of a pool. */
    POOL_CONNECTIONS(
            "db.client.connection.count",
            GAUGE,
            "{connection}",
            "kernel.pool.{1}.{0}.{2}",
            "Connections of the pool, by whether they are lent out.",
            POOL,
            SYSTEM,
            CONNECTION_STATE),
    /** How large a pool may get. */
    POOL_MAX(
            "db.client.connection.max",
            GAUGE,
            "{connection}",
            "kernel.pool.{1}.{0}.max",
            "How many connections the pool may have.",
            POOL,
            SYSTEM),
    /** Who waits for a connection. */
    POOL_PENDING(
            "db.client.connection.pending_requests",
            GAUGE,
            "{request}",
            "kernel.pool.{1}.{0}.pending",
            "Callers that wait for a connection.",
            POOL,
            SYSTEM),
    /** Failed attempts to call ClickHouse. */
    CLICKHOUSE_FAILURE(
            "kernel.clickhouse.failure",
            COUNTER,
            "{attempt}",
            "kernel.clickhouse.{}.failure.{}",
            "Attempts to call ClickHouse that failed, by what was to be done about it.",
            POOL,
            VERDICT),
    /** New connections to ClickHouse. */
    CLICKHOUSE_RECONNECT(
            "kernel.clickhouse.reconnect",
            COUNTER,
            "{reconnect}",
            "kernel.clickhouse.{}.reconnect.{}",
            "How often all connections of the pool were to be replaced.",
            POOL,
            RECONNECT_OUTCOME),
    /** Events that a listener lost. */
    LISTENER_LOST(
            "kernel.listener.lost",
            COUNTER,
            "{event}",
            "kernel.listener.{}.lost",
            "Events that a listener has lost because it was too slow, or that it threw at.",
            LISTENER),
    /** Errors of the virtual machine. */
    FATAL("kernel.fatal", COUNTER, "{error}", "kernel.fatal", "Errors of the virtual machine that came out of jobs.");

    private final String key;
    private final MeterKind kind;
    private final String unit;
    private final String flatPattern;
    private final String help;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<MeterLabel> labels;

    KernelMeter(String key, MeterKind kind, String unit, String flatPattern, String help, MeterLabel... labels) {
        this.key = key;
        this.kind = kind;
        this.unit = unit;
        this.flatPattern = flatPattern;
        this.help = help;
        this.labels = List.of(labels);
    }

    /** {@return the name, as OpenTelemetry has it} */
    public String key() {
        return key;
    }

    /** {@return how its values are to be read} */
    public MeterKind kind() {
        return kind;
    }

    /**
     * {@return the unit, in UCUM}; never {@code 1}, to which exporters for Prometheus say {@code ratio}
     */
    public String unit() {
        return unit;
    }

    /** {@return what it says, one sentence} */
    public String help() {
        return help;
    }

    /** {@return what tells its series apart, in the order of {@link MeterSeries#values()}} */
    public List<MeterLabel> labels() {
        return labels;
    }

    /**
     * {@return the name for a library without labels, with the values of a series in it}
     *
     * @param values as many as there are labels
     */
    String flat(List<String> values) {
        String name = flatPattern;
        for (int i = 0; i < values.size(); i++) {
            name = name.contains("{}")
                    ? name.substring(0, name.indexOf("{}")) + values.get(i) + name.substring(name.indexOf("{}") + 2)
                    : name.replace("{" + i + "}", values.get(i));
        }
        return name;
    }

    /** {@return the name as the exporters of OpenTelemetry write it for Prometheus; a histogram has three, this is their stem} */
    public String prometheusKey() {
        String name = key.replace('.', '_');
        if (unit.equals("s")) {
            name += "_seconds";
        }
        return kind == COUNTER ? name + "_total" : name;
    }
}
