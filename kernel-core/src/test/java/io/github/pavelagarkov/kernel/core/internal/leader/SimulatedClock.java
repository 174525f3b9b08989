package io.github.pavelagarkov.kernel.core.internal.leader;

import java.time.Duration;

/**
 * The clock of one simulated process: up to 1 % fast or slow, and about to overflow.
 *
 * @param world true time
 * @param rate of this clock to true time
 * @param offset what it shows at the beginning
 */
record SimulatedClock(SimulatedWorld world, double rate, long offset) {
    static SimulatedClock of(SimulatedWorld world) {
        double rate = 0.99 + 0.02 * world.random.nextDouble();
        return new SimulatedClock(world, rate, Long.MAX_VALUE - world.between(Duration.ZERO, Duration.ofMinutes(5)));
    }

    long local() {
        return offset + (long) (world.now() * rate);
    }

    long wall() {
        return 1_800_000_000_000L + (long) (world.now() * rate / 1e6);
    }

    /** {@return how long a time by this clock really is} */
    long trueNanos(long nanos) {
        return (long) Math.ceil(nanos / rate);
    }
}
