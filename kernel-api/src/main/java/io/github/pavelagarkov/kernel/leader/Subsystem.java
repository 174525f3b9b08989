package io.github.pavelagarkov.kernel.leader;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import java.time.Duration;

/**
 * Something that can be started and stopped many times, never at the same time.
 *
 * <p>A {@link LeaderSupervisor} calls start and stop in turn: one stop for each start that was entered.
 */
public interface Subsystem {
    /** {@return what it is called in reports} */
    String name();

    /**
     * Starts the work and returns.
     *
     * @param scope the term it runs in
     * @throws Exception if it cannot be started; stop follows all the same
     */
    void start(LeaderScope scope) throws Exception;

    /**
     * Stops the work and returns when it has stopped.
     *
     * @param reason why
     * @param atMost how long it may take; after that the calling thread is interrupted
     * @throws Exception reported, and it then counts as stopped: do not throw while work goes on, the lease would be released
     */
    void stop(DemotionReason reason, Duration atMost) throws Exception;

    /**
     * {@return a scheduler as a subsystem: its jobs run only while this process leads, and see the term in their context}
     *
     * <p>A demotion stops it with {@link CancelReason#LEADERSHIP_LOST}, every job as if its stop mode were IMMEDIATE, when
     * the lease is gone; a graceful end stops it as each job's stop mode says. A run that the scheduler had to abandon is
     * work that has not stopped: the stop does not return before it has ended.
     *
     * @param scheduler restartable, started and stopped by nobody else
     */
    static Subsystem of(JobScheduler scheduler) {
        Check.notNull("scheduler", scheduler);
        return new Subsystem() {
            @Override
            public String name() {
                return scheduler.name();
            }

            @Override
            public void start(LeaderScope scope) {
                scheduler.start(scope);
            }

            @Override
            public void stop(DemotionReason reason, Duration atMost) {
                CancelReason why = reason.leaseHeld() ? CancelReason.STOP : CancelReason.LEADERSHIP_LOST;
                if (!scheduler.stop(atMost, why).clean()) {
                    awaitIdle();
                }
            }

            /** However long it takes: the lease must not be given away beside a run that goes on. */
            private void awaitIdle() {
                boolean interrupted = false;
                boolean idle = false;
                while (!idle) {
                    try {
                        idle = scheduler.awaitIdle(Duration.ofDays(1));
                    } catch (InterruptedException e) {
                        // Kept for later: it does not end the runs.
                        interrupted = true;
                    }
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public String toString() {
                return "scheduler " + scheduler.name();
            }
        };
    }
}
