package io.github.pavelagarkov.kernel.event;

/**
 * Told what the engines do. Every method does nothing by default.
 *
 * <p>Each listener has a bounded queue and a daemon thread of its own: its calls come one at a time, in order, on that
 * thread. What a method throws is counted and reported to the others. An event is told at once, but for the ends of runs where
 * events come within 10 ms of one another: those may be told that much later, together.
 *
 * @see <a href="SPEC.md">SPEC.md EV-1</a>
 */
public interface KernelListener {
    /**
     * Tells of any event: the one method that is called, which by default calls the one made for the event. For listeners
     * that pass events on.
     *
     * @param event what happened
     */
    default void onEvent(KernelEvent event) {
        event.deliverTo(this);
    }

    /**
     * Tells that this process leads.
     *
     * @param event what happened
     */
    default void onLeadershipAcquired(LeaderEvent.Acquired event) {}

    /**
     * Tells that this process has stopped leading and its work has stopped.
     *
     * @param event what happened
     */
    default void onLeadershipLost(LeaderEvent.Lost event) {}

    /**
     * Tells that the store of an election has begun to fail, or fails in another way.
     *
     * @param event what happened
     */
    default void onElectionTrouble(LeaderEvent.Trouble event) {}

    /**
     * Tells that the store of an election answers again.
     *
     * @param event what happened
     */
    default void onElectionRecovered(LeaderEvent.Recovered event) {}

    /**
     * Tells that a store has begun to keep releases to itself.
     *
     * @param event what happened
     */
    default void onReleasesUnheard(LeaderEvent.ReleasesUnheard event) {}

    /**
     * Tells that a store tells of releases again.
     *
     * @param event what happened
     */
    default void onReleasesHeard(LeaderEvent.ReleasesHeard event) {}

    /**
     * Tells that a callback of an election threw.
     *
     * @param event what happened
     */
    default void onElectionCallbackFailed(LeaderEvent.CallbackFailed event) {}

    /**
     * Tells that work goes on although its lease has run out.
     *
     * @param event what happened
     */
    default void onWorkOverrun(LeaderEvent.WorkOverrun event) {}

    /**
     * Tells that a lock was lost before it was given back, or could not be given back.
     *
     * @param event what happened
     */
    default void onLockTrouble(LeaderEvent.LockTrouble event) {}

    /**
     * Tells that a run ended or was left out.
     *
     * @param event what happened
     */
    default void onJobFinished(JobEvent.Finished event) {}

    /**
     * Tells that points of a job were missed.
     *
     * @param event what happened
     */
    default void onJobMissed(JobEvent.Missed event) {}

    /**
     * Tells that a run goes on after its deadline.
     *
     * @param event what happened
     */
    default void onJobStuck(JobEvent.Stuck event) {}

    /**
     * Tells that a job waits long for a permit that another job holds.
     *
     * @param event what happened
     */
    default void onJobStarved(JobEvent.Starved event) {}

    /**
     * Tells that a scheduler has stopped.
     *
     * @param event what happened
     */
    default void onSchedulerStopped(JobEvent.SchedulerStopped event) {}

    /**
     * Tells that a host has started everything.
     *
     * @param event what happened
     */
    default void onStarted(KernelEvent.Started event) {}

    /**
     * Tells that a background task threw.
     *
     * @param event what happened
     */
    default void onTaskFailed(KernelEvent.TaskFailed event) {}

    /**
     * Tells that a virtual machine error came out of user code.
     *
     * @param event what happened
     */
    default void onFatal(KernelEvent.Fatal event) {}

    /**
     * Tells that an operator did something.
     *
     * @param event what happened
     */
    default void onActionTaken(KernelEvent.ActionTaken event) {}

    /**
     * Tells that an operator wanted to do something that cannot be done.
     *
     * @param event what happened
     */
    default void onActionRefused(KernelEvent.ActionRefused event) {}

    /**
     * Tells that the shutdown has begun.
     *
     * @param event what happened
     */
    default void onShutdownStarted(ShutdownEvent.Started event) {}

    /**
     * Tells that a hook has ended or was given up on.
     *
     * @param event what happened
     */
    default void onHookFinished(ShutdownEvent.HookFinished event) {}

    /**
     * Tells that the shutdown is over.
     *
     * @param event what happened
     */
    default void onShutdownFinished(ShutdownEvent.Finished event) {}

    /**
     * Tells that readiness or the state of a component has changed.
     *
     * @param event what happened
     */
    default void onReadinessChanged(KernelEvent.ReadinessChanged event) {}

    /**
     * Tells that an attempt to call ClickHouse failed.
     *
     * @param event what happened
     */
    default void onClickHouseAttemptFailed(ClickHouseEvent.AttemptFailed event) {}

    /**
     * Tells that the connections to ClickHouse have been replaced.
     *
     * @param event what happened
     */
    default void onClickHouseReconnected(ClickHouseEvent.Reconnected event) {}

    /**
     * Tells that the connections to ClickHouse should have been replaced and could not.
     *
     * @param event what happened
     */
    default void onClickHouseReconnectFailed(ClickHouseEvent.ReconnectFailed event) {}

    /**
     * Tells that the connections to ClickHouse that were replaced are gone.
     *
     * @param event what happened
     */
    default void onClickHouseDrained(ClickHouseEvent.Drained event) {}

    /**
     * Tells that a listener threw, or lost events because it is too slow.
     *
     * @param event what happened
     */
    default void onListenerTrouble(KernelEvent.ListenerTrouble event) {}
}
