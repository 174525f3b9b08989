package io.github.pavelagarkov.kernel.benchmarks;

/** The job scheduler under load and at rest. */
final class Scheduler {
    private Scheduler() {}

    static void run() throws Exception {
        SchedulerTicks.print(SchedulerTicks.run(SchedulerTicks.Size.FULL));
        SchedulerScale.print(SchedulerScale.Size.FULL, SchedulerScale.run(SchedulerScale.Size.FULL));
    }
}
