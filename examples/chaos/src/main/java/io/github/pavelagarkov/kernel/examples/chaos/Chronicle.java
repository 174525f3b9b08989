package io.github.pavelagarkov.kernel.examples.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What really happened, by the clock of this host: filled while the run goes on, judged by {@link Verdict}. Not thread-safe. */
final class Chronicle {
    /**
     * A fault that hit.
     *
     * @param fault as planned
     * @param lane the store or the replica's slot, {@code store} or {@code r<n>}
     * @param whom the generation of the replica, or the store
     * @param from when
     * @param until when it was healed
     */
    record Hit(Fault fault, String lane, String whom, long from, long until) {}

    /**
     * The store forgot all leases.
     *
     * @param from before it did
     * @param until after it did: no lease granted before was renewed later
     */
    record DataLoss(long from, long until) {}

    /**
     * A replica stood still.
     *
     * @param identity which generation of which replica
     * @param from when all its threads stood
     * @param until before it was told to go on
     */
    record Pause(String identity, long from, long until) {}

    /**
     * The end of a process.
     *
     * @param identity which generation of which replica
     * @param nanos after it was seen to be gone
     * @param killed whether its last line may be cut
     */
    record Death(String identity, long nanos, boolean killed) {}

    /**
     * All faults of a burst were healed.
     *
     * @param burst which one, from 1
     * @param nanos when
     * @param regained how long until a leader was granted or renewed its lease after that; empty if nobody did in time
     */
    record Heal(int burst, long nanos, OptionalLong regained) {}

    final List<Hit> hits = new ArrayList<>();
    final List<DataLoss> losses = new ArrayList<>();
    final List<Pause> pauses = new ArrayList<>();
    final List<Death> deaths = new ArrayList<>();
    final List<Heal> heals = new ArrayList<>();
    /** What was seen to be wrong while the run went on. */
    final List<String> troubles = new ArrayList<>();

    int skipped;
}
