package io.github.pavelagarkov.kernel.job;

/** What made a run start. */
public enum Fire {
    /** A point of the trigger. */
    SCHEDULED,
    /** {@link JobHandle#runNow()}. */
    MANUAL,
    /** A point that was missed or lay before the start, made up for. */
    CATCH_UP
}
