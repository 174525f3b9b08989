package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.event.ShutdownEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it is told. Thread-safe. */
public final class RecordedEvents implements KernelListener {
    private final List<KernelEvent> events = new CopyOnWriteArrayList<>();

    /** Begins with nothing. */
    public RecordedEvents() {}

    /** {@return everything so far, in the order it was told} */
    public List<KernelEvent> all() {
        return List.copyOf(events);
    }

    /**
     * {@return the events of one type so far, in the order they were told}
     *
     * @param type which
     * @param <E> which
     */
    public <E extends KernelEvent> List<E> of(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void onLeadershipAcquired(LeaderEvent.Acquired event) {
        events.add(event);
    }

    @Override
    public void onLeadershipLost(LeaderEvent.Lost event) {
        events.add(event);
    }

    @Override
    public void onElectionTrouble(LeaderEvent.Trouble event) {
        events.add(event);
    }

    @Override
    public void onElectionRecovered(LeaderEvent.Recovered event) {
        events.add(event);
    }

    @Override
    public void onElectionCallbackFailed(LeaderEvent.CallbackFailed event) {
        events.add(event);
    }

    @Override
    public void onWorkOverrun(LeaderEvent.WorkOverrun event) {
        events.add(event);
    }

    @Override
    public void onReleasesUnheard(LeaderEvent.ReleasesUnheard event) {
        events.add(event);
    }

    @Override
    public void onReleasesHeard(LeaderEvent.ReleasesHeard event) {
        events.add(event);
    }

    @Override
    public void onLockTrouble(LeaderEvent.LockTrouble event) {
        events.add(event);
    }

    @Override
    public void onJobFinished(JobEvent.Finished event) {
        events.add(event);
    }

    @Override
    public void onJobMissed(JobEvent.Missed event) {
        events.add(event);
    }

    @Override
    public void onJobStuck(JobEvent.Stuck event) {
        events.add(event);
    }

    @Override
    public void onJobStarved(JobEvent.Starved event) {
        events.add(event);
    }

    @Override
    public void onSchedulerStopped(JobEvent.SchedulerStopped event) {
        events.add(event);
    }

    @Override
    public void onStarted(KernelEvent.Started event) {
        events.add(event);
    }

    @Override
    public void onTaskFailed(KernelEvent.TaskFailed event) {
        events.add(event);
    }

    @Override
    public void onFatal(KernelEvent.Fatal event) {
        events.add(event);
    }

    @Override
    public void onShutdownStarted(ShutdownEvent.Started event) {
        events.add(event);
    }

    @Override
    public void onHookFinished(ShutdownEvent.HookFinished event) {
        events.add(event);
    }

    @Override
    public void onShutdownFinished(ShutdownEvent.Finished event) {
        events.add(event);
    }

    @Override
    public void onReadinessChanged(KernelEvent.ReadinessChanged event) {
        events.add(event);
    }

    @Override
    public void onListenerTrouble(KernelEvent.ListenerTrouble event) {
        events.add(event);
    }
}
