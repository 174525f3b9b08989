package io.github.pavelagarkov.kernel.job;

/** What happens to a run when its scheduler stops. */
public enum StopMode {
    /** Its token is cancelled at once and its thread interrupted 200 ms later. */
    IMMEDIATE,
    /** It sees {@link JobContext#stopRequested()} and may finish; interrupted only when the time for the stop runs out. */
    GRACEFUL
}
