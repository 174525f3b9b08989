package io.github.pavelagarkov.kernel.examples.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Draws bursts of faults from a seed: within a burst they overlap, between two bursts all are healed and a leader must be found.
 *
 * <p>The faults depend on seed, lease, number of replicas and kind of store and on nothing that happens. Not thread-safe.
 */
final class Schedule {
    private static final int SMALLEST = 2;
    private static final int LARGEST = 10;
    /** In hundredths of a lease: most faults of a burst meet others that are not healed. */
    private static final int WINDOW = 160;

    private static final int TO_LEADER_PERCENT = 60;

    /**
     * Faults that belong together.
     *
     * @param faults by the time at which they hit
     * @param calm how long nothing happens after a leader was found again
     */
    record Burst(List<Fault> faults, Duration calm) {}

    private final Random random;
    private final Duration lease;
    private final int replicas;
    /** In the order of the constants, so that a new one at the end changes no seed of a store that cannot have it. */
    private final EnumSet<Fault.Kind> kinds;

    private final int weights;

    Schedule(long seed, Duration lease, int replicas, Set<Fault.Kind> kinds) {
        this.random = new Random(seed);
        this.lease = lease;
        this.replicas = replicas;
        this.kinds = EnumSet.copyOf(kinds);
        this.weights = kinds.stream().mapToInt(kind -> kind.weight).sum();
    }

    Burst next() {
        int size = between(SMALLEST, LARGEST);
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            faults.add(fault());
        }
        faults.sort(Comparator.comparing(Fault::at));
        return new Burst(List.copyOf(faults), share(between(0, 30)));
    }

    private Fault fault() {
        Fault.Kind kind = kind();
        int victim = random.nextInt(100) < TO_LEADER_PERCENT ? Fault.LEADER : random.nextInt(replicas);
        Duration at = share(between(0, WINDOW));
        Duration lasts = share(between(kind.shortest, kind.longest));
        int amount = switch (kind) {
            case DELAY -> between(1, (int) lease.toMillis() / 4);
            case CUT -> between(0, 40);
            default -> 0;
        };
        return new Fault(kind, kind.hitsStore() ? 0 : victim, at, lasts, amount);
    }

    private Fault.Kind kind() {
        int drawn = random.nextInt(weights);
        for (Fault.Kind kind : kinds) {
            drawn -= kind.weight;
            if (drawn < 0) {
                return kind;
            }
        }
        throw new IllegalStateException("weights do not add up to " + weights);
    }

    private int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    private Duration share(int hundredths) {
        return lease.multipliedBy(hundredths).dividedBy(100);
    }
}
