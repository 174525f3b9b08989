package io.github.pavelagarkov.kernel.examples.ownelector;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaderSupervisor;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** Elects a leader among the processes of one machine, by files in a folder that they share. */
public final class FileLeaderElector implements LeaderElector {
    private final Path folder;
    private final String identity;
    private final KernelClock clock;
    private final ThreadFactory threads;
    private final KernelListener listener;
    private final Object lock = new Object();
    /** INVARIANT: guarded by lock. In the order they were joined. */
    private final Map<String, FileElection> open = new LinkedHashMap<>();

    private boolean closed;

    /**
     * Creates an elector.
     *
     * @param folder shared by all candidates; exists
     * @param identity how this process is known to others
     * @param clock the only time
     * @param threads makes its threads
     * @param listener told of its events, on its own threads
     */
    public FileLeaderElector(
            Path folder, String identity, KernelClock clock, ThreadFactory threads, KernelListener listener) {
        this.folder = folder;
        this.identity = identity;
        this.clock = clock;
        this.threads = threads;
        this.listener = listener;
    }

    KernelClock clock() {
        return clock;
    }

    ThreadFactory threads() {
        return threads;
    }

    void publish(KernelEvent event) {
        listener.onEvent(event);
    }

    void forget(FileElection election) {
        synchronized (lock) {
            open.remove(election.name(), election);
        }
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public Election join(ElectionSpec spec, LeadershipListener work) {
        Check.notNull("election spec", spec);
        Check.notNull("listener of election '" + spec.name() + "'", work);
        LeaseFile file = new LeaseFile(folder, spec.name(), clock, spec.timing().attempt());
        FileElection election = new FileElection(spec, work, file, this);
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the elector is closed, cannot join election '" + spec.name() + "'");
            }
            if (open.putIfAbsent(spec.name(), election) != null) {
                throw new IllegalStateException("election '" + spec.name() + "' is open here already");
            }
        }
        election.start();
        return election;
    }

    @Override
    public LeaderSupervisor supervise(ElectionSpec spec, Subsystem... subsystems) {
        Check.notNull("election spec", spec);
        SubsystemGroup group = new SubsystemGroup(spec, List.of(subsystems), this);
        return group.supervisor(join(spec, group));
    }

    @Override
    public Optional<Election> election(String name) {
        synchronized (lock) {
            return Optional.ofNullable(open.get(name));
        }
    }

    @Override
    public List<Election> elections() {
        synchronized (lock) {
            return List.copyOf(open.values());
        }
    }

    @Override
    public void close() {
        List<FileElection> toClose;
        synchronized (lock) {
            closed = true;
            toClose = List.copyOf(open.values());
        }
        toClose.forEach(FileElection::requestClose);
        toClose.forEach(FileElection::awaitClosed);
    }
}
