package io.github.pavelagarkov.kernel.core.internal.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of random schedules of crashes, pauses, lost and late messages, outages and stubborn work. */
@Timeout(300)
final class LeaseMachineSimulationTest {
    private static final int SCHEDULES = 3_000;
    private static final Duration LONGEST_FLIGHT = Duration.ofSeconds(13);
    private static final Duration SLACK = Duration.ofSeconds(1);

    @Test
    void keepsItsPromisesOverThousandsOfSchedules() {
        int losses = 0;
        for (long seed = 1; seed <= SCHEDULES; seed++) {
            try {
                SimulatedWorld world = new SimulatedWorld(seed, false);
                run(world);
                losses += world.covered() ? 1 : 0;
            } catch (AssertionError | RuntimeException e) {
                // The same again, this time with a record of what happened.
                SimulatedWorld again = new SimulatedWorld(seed, true);
                try {
                    run(again);
                } catch (RuntimeException f) {
                    throw new AssertionError(again.failure(f.toString()).getMessage(), f);
                }
                throw new AssertionError("seed " + seed + " fails, but not again", e);
            }
        }
        assertThat(losses)
                .as("schedules in which the store is restarted without its data and nobody is excused")
                .isGreaterThan(100);
    }

    private static void run(SimulatedWorld world) {
        ElectionSpec spec = spec(world.random);
        int count = world.random.nextInt(2, 6);
        for (int i = 1; i <= count; i++) {
            SimulatedNode node = new SimulatedNode("n" + i, world, spec, world.chance(0.7));
            world.nodes.add(node);
            world.after(world.between(Duration.ZERO, Duration.ofSeconds(2)), node::boot);
        }
        long chaos = world.between(Duration.ofSeconds(20), Duration.ofSeconds(100));
        trouble(world, spec, chaos);
        world.runUntil(chaos);
        calm(world, spec);
        closeAll(world, spec);
    }

    private static ElectionSpec spec(SplittableRandom random) {
        Duration lease = List.of(Duration.ofSeconds(15), Duration.ofSeconds(3), Duration.ofMillis(900))
                .get(random.nextInt(3));
        LeaseTiming timing =
                random.nextInt(2) == 0 && lease.toSeconds() == 15 ? LeaseTiming.defaults() : LeaseTiming.ofLease(lease);
        return ElectionSpec.builder("cron")
                .timing(timing)
                .stopTimeout(Duration.ofMillis(random.nextLong(100, 8_000)))
                .backOff(Duration.ofMillis(200), Duration.ofSeconds(3))
                .build();
    }

    /** Plans what goes wrong; every node is left alone from the end of the chaos on. */
    private static void trouble(SimulatedWorld world, ElectionSpec spec, long until) {
        Duration lease = spec.timing().lease();
        boolean losesData = world.chance(0.3);
        int count = world.random.nextInt(0, 25);
        for (int i = 0; i < count; i++) {
            SimulatedNode node = world.nodes.get(world.random.nextInt(world.nodes.size()));
            long length = Math.min(
                    world.between(Duration.ofMillis(1), lease.multipliedBy(2)),
                    Duration.ofSeconds(10).toNanos());
            long at = world.between(Duration.ofSeconds(1), Duration.ofNanos(until));
            int kind = world.random.nextInt(losesData ? 7 : 5);
            world.after(at, () -> {
                switch (kind) {
                    case 0 -> {
                        node.crash();
                        world.after(length, () -> rise(node));
                    }
                    case 1 -> {
                        node.close();
                        world.after(length, () -> rise(node));
                    }
                    case 2 -> node.pause(length);
                    case 3 -> node.stepDown(Duration.ofNanos(length / 2));
                    case 4 -> world.store.goDown(length);
                    case 5 -> world.restartEmpty(Duration.ofNanos(length), lease);
                    default -> {
                        world.store.flush();
                        world.excuse(lease.multipliedBy(2));
                    }
                }
            });
        }
    }

    private static void rise(SimulatedNode node) {
        if (!node.isUp()) {
            node.boot();
        }
    }

    private static void calm(SimulatedWorld world, ElectionSpec spec) {
        world.calmDown();
        world.runUntil(world.now() + LONGEST_FLIGHT.toNanos());
        boolean working = world.nodes.stream().anyMatch(SimulatedNode::isWorking);
        boolean free = world.nodes.stream().anyMatch(SimulatedNode::isFree);
        Duration most = spec.timing().lease().plus(spec.timing().pollMax()).plus(SLACK);
        if (!working && free) {
            world.runUntil(world.now() + most.toNanos());
            if (!world.somebodyLeads()) {
                throw world.failure("nobody leads although nothing is in the way since " + most);
            }
        }
        // Also after work that does not obey, for it ends some time.
        world.runUntil(world.now()
                + most.plus(spec.stopTimeout().multipliedBy(4)).plusSeconds(10).toNanos());
        boolean candidates = world.nodes.stream().anyMatch(node -> node.isFree() || node.isWorking());
        if (candidates && !world.somebodyLeads()) {
            throw world.failure("nobody leads although there are candidates");
        }
    }

    private static void closeAll(SimulatedWorld world, ElectionSpec spec) {
        world.nodes.forEach(SimulatedNode::close);
        world.runUntil(
                world.now() + spec.stopTimeout().multipliedBy(4).plusSeconds(20).toNanos());
        for (SimulatedNode node : world.nodes) {
            if (node.isUp()) {
                throw world.failure(node + " is not closed");
            }
        }
    }
}
