package io.github.pavelagarkov.kernel.tck;

/**
 * What an implementation, or the way it is given to the suite, can do beyond the minimum. A test that needs what is not
 * declared is skipped and says so by the name of the capability.
 */
public enum Capability {
    /** Candidates are told of a release. */
    NOTIFY,
    /** Fencing tokens go on rising after the backend has lost its data. */
    FENCE_SURVIVES_DATA_LOSS,
    /** The implementation runs on the clock and the threads that it is given, and on nothing else. */
    TIME_CONTROL,
    /** The fixture can stop, slow down and break the backend: {@link KernelFixture#backend()}. */
    BACKEND_CONTROL,
    /** What was stopped can be started again. */
    RESTARTABLE,
    /** A host serves HTTP. */
    HTTP,
    /** A host serves gRPC. */
    GRPC,
    /** A host has pools of connections to PostgreSQL. */
    POSTGRES,
    /** A host has pools of connections to ClickHouse. */
    CLICKHOUSE,
    /** A host goes on serving HTTP while it drains, its answers for readiness at least. */
    HTTP_DURING_DRAIN,
    /** A host is a process of its own that can be sent signals. */
    PROCESS,
    /** A host that is a process ends at once on a second signal. */
    SECOND_SIGNAL,
    /** A host that is a process is there for one application alone, whose fatal error ends it. */
    OWN_PROCESS,
    /** A host can do without a provider of slf4j, which the system property {@code slf4j.provider} takes away from it. */
    NO_LOG_PROVIDER
}
