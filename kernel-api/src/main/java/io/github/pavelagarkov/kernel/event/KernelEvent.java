package io.github.pavelagarkov.kernel.event;

import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import io.github.pavelagarkov.kernel.shutdown.ShutdownPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Something that happened in an engine. */
public sealed interface KernelEvent
        permits ClickHouseEvent,
                LeaderEvent,
                JobEvent,
                ShutdownEvent,
                KernelEvent.Fatal,
                KernelEvent.ReadinessChanged,
                KernelEvent.Started,
                KernelEvent.TaskFailed,
                KernelEvent.ActionTaken,
                KernelEvent.ActionRefused,
                KernelEvent.ListenerTrouble {
    /**
     * Calls the method of a listener that this event is for.
     *
     * @param listener who is told
     */
    void deliverTo(KernelListener listener);

    /**
     * A virtual machine error came out of user code.
     *
     * @param component where, for instance {@code job expire-sessions}
     * @param error what
     */
    record Fatal(String component, Throwable error) implements KernelEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onFatal(this);
        }
    }

    /**
     * The snapshot of a barrier has changed.
     *
     * @param previous before
     * @param current after
     */
    record ReadinessChanged(ReadinessSnapshot previous, ReadinessSnapshot current) implements KernelEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onReadinessChanged(this);
        }
    }

    /**
     * A host has started everything.
     *
     * @param host what kind of host, for instance {@code plain Java}
     * @param application whose service it is; empty if it has no name
     * @param identity how this process is known to others
     * @param plan what a shutdown would do now
     * @param gracePeriod how long the platform has to wait for a full shutdown: terminationGracePeriodSeconds at least
     * @param warnings what an operator should mend, one sentence each
     * @param report what has been started and how it will stop, a table of several lines; empty if it is not wanted
     */
    record Started(
            String host,
            String application,
            String identity,
            ShutdownPlan plan,
            Duration gracePeriod,
            List<String> warnings,
            String report)
            implements KernelEvent {
        /** Copies the list. */
        public Started {
            warnings = List.copyOf(warnings);
        }

        @Override
        public void deliverTo(KernelListener listener) {
            listener.onStarted(this);
        }
    }

    /**
     * A background task threw.
     *
     * @param task its name
     * @param error what it threw
     */
    record TaskFailed(String task, Throwable error) implements KernelEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onTaskFailed(this);
        }
    }

    /**
     * An operator did something through the admin port of the host.
     *
     * @param action {@code run}, {@code pause}, {@code resume} or {@code step-down}
     * @param subject to what, for instance {@code job settle}
     * @param correlationId of the action, and of the run that it started
     */
    record ActionTaken(String action, String subject, String correlationId) implements KernelEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onActionTaken(this);
        }
    }

    /**
     * An operator wanted to do something that cannot be done: there is no such job, or it cannot run now.
     *
     * @param action {@code run}, {@code pause}, {@code resume} or {@code step-down}
     * @param subject to what, as the operator wrote it, for instance {@code job setlte}
     * @param correlationId of the attempt
     * @param error why not
     */
    record ActionRefused(String action, String subject, String correlationId, Throwable error) implements KernelEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onActionRefused(this);
        }
    }

    /**
     * A listener threw, or lost events because it is too slow. Told at most once a minute for each listener.
     *
     * @param listener which one
     * @param dropped how many events it has lost since the last report
     * @param failed how many of its calls have thrown since the last report
     * @param error what it threw last, if it threw
     */
    record ListenerTrouble(String listener, long dropped, long failed, Optional<Throwable> error)
            implements KernelEvent {
        @Override
        public void deliverTo(KernelListener to) {
            to.onListenerTrouble(this);
        }
    }
}
