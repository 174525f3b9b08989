package io.github.pavelagarkov.kernel.core.internal.leader;

import java.time.Duration;

/** Fails a simulated node that wakes up again and again without getting anywhere. Not thread-safe. */
final class SpinCheck {
    private static final int MOST_TICKS_A_SECOND = 400;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final SimulatedWorld world;
    private final String node;
    private long second;
    private int ticks;

    SpinCheck(SimulatedWorld world, String node) {
        this.world = world;
        this.node = node;
    }

    void tick() {
        long current = world.now() / SECOND;
        ticks = current == second ? ticks + 1 : 0;
        second = current;
        if (ticks > MOST_TICKS_A_SECOND) {
            throw world.failure(node + " spins: more than " + MOST_TICKS_A_SECOND + " ticks within a second");
        }
    }
}
