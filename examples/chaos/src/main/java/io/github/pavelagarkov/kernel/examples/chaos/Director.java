package io.github.pavelagarkov.kernel.examples.chaos;

import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/** Plays the schedule, burst after burst, until there were enough faults or the time is over. Used by one thread. */
final class Director implements AutoCloseable {
    private static final long TICK = Duration.ofMillis(2).toNanos();
    private static final long AGAIN = Duration.ofMillis(50).toNanos();
    private static final Duration START = Duration.ofMinutes(1);
    /** Beyond lease and pollMax: new connections, and a machine that has other things to do. */
    private static final Duration GRACE = Duration.ofSeconds(3);
    /** A leader that is late is a violation; one that never comes ends the run. */
    private static final Duration GIVE_UP = Duration.ofMinutes(1);

    private record Due(long at, long order, Runnable action) {}

    private final KernelClock clock = KernelClock.system();
    private final ChaosSettings settings;
    private final PrintStream out;
    private final Schedule schedule;
    private final List<Slot> slots = new ArrayList<>();
    private final Chronicle chronicle = new Chronicle();
    private final Injector injector;
    private final PriorityQueue<Due> agenda = new PriorityQueue<>(
            (a, b) -> a.at() == b.at() ? Long.signum(a.order() - b.order()) : Long.signum(a.at() - b.at()));
    private final long start = clock.nanoTime();
    private long order;
    private int injected;

    Director(ChaosSettings settings, ChaosStore.Kind kind, ChaosStore store, FencedResource resource, PrintStream out) {
        this.settings = settings;
        this.out = out;
        this.schedule = new Schedule(settings.seed(), settings.lease(), settings.replicas(), kind.faults());
        for (int i = 0; i < settings.replicas(); i++) {
            slots.add(new Slot(i, settings, store, resource.port()));
        }
        this.injector = new Injector(store, slots, chronicle);
    }

    Chronicle chronicle() {
        return chronicle;
    }

    /** {@return what every process printed, by its identity} */
    Map<String, List<OutputLine>> output() {
        Map<String, List<OutputLine>> all = new LinkedHashMap<>();
        for (Slot slot : slots) {
            slot.generations().forEach((identity, process) -> all.put(identity, process.lines()));
        }
        return all;
    }

    void play() throws InterruptedException {
        if (!await(() -> slots.stream().allMatch(Slot::isReady) && leader(start).isPresent(), START)) {
            chronicle.troubles.add("nobody led " + START + " after the start");
            return;
        }
        say("all replicas are ready, " + leader(start).map(Slot::identity).orElse("?") + " leads");
        long end = clock.nanoTime() + settings.time().toNanos();
        for (int burst = 1; injected < settings.faults() && clock.nanoTime() - end < 0; burst++) {
            Schedule.Burst next = schedule.next();
            strike(next);
            if (!heal(burst, next)) {
                return;
            }
            idle(next.calm());
        }
        stop();
    }

    private void strike(Schedule.Burst burst) throws InterruptedException {
        long begin = clock.nanoTime();
        for (Fault fault : burst.faults()) {
            plan(begin + fault.at().toNanos(), () -> strike(fault));
        }
        while (!agenda.isEmpty()) {
            look();
            long now = clock.nanoTime();
            if (agenda.element().at() - now <= 0) {
                agenda.remove().action().run();
            } else {
                clock.park(Math.min(agenda.element().at(), now + TICK));
            }
        }
    }

    private void strike(Fault fault) {
        if (injected >= settings.faults()) {
            return;
        }
        Optional<Injector.Healing> healing = injector.hit(fault);
        if (healing.isEmpty()) {
            chronicle.skipped++;
            return;
        }
        injected++;
        healLater(clock.nanoTime() + fault.lasts().toNanos(), healing.get());
    }

    private void healLater(long at, Injector.Healing healing) {
        plan(at, () -> {
            if (!healing.heal()) {
                healLater(clock.nanoTime() + AGAIN, healing);
            }
        });
    }

    private void plan(long at, Runnable action) {
        agenda.add(new Due(at, order++, action));
    }

    /** {@return whether somebody leads again, sooner or later} */
    private boolean heal(int burst, Schedule.Burst played) throws InterruptedException {
        long healed = clock.nanoTime();
        // If all were killed: a process that starts, and has never reached the store, is no candidate yet.
        boolean candidate = await(() -> slots.stream().anyMatch(Slot::isCandidate), START);
        long from = clock.nanoTime();
        boolean led = candidate && await(() -> leader(healed).isPresent(), GIVE_UP);
        long took = clock.nanoTime() - from;
        boolean inTime = led && took <= bound().toNanos();
        chronicle.heals.add(new Chronicle.Heal(burst, healed, inTime ? OptionalLong.of(took) : OptionalLong.empty()));
        String who = leader(healed).map(Slot::identity).orElse("nobody");
        say("burst " + burst + ": " + played.faults().size() + " faults, " + injected + " of " + settings.faults()
                + " in all; " + who + " leads " + took / 1_000_000 + " ms after the last was healed");
        if (!inTime) {
            String problem =
                    "burst " + burst + ": " + (led ? "a leader came " + took / 1_000_000 + " ms" : "no leader came")
                            + " after the last fault was healed, the bound is " + bound().toMillis() + " ms: "
                            + played.faults();
            chronicle.troubles.add(problem);
            say("VIOLATION: " + problem);
        }
        return led;
    }

    private Duration bound() {
        return settings.lease().plus(settings.timing().pollMax()).plus(GRACE);
    }

    /** {@return who holds a lease that was asked for after a point of time} */
    private Optional<Slot> leader(long since) {
        long now = clock.nanoTime();
        return slots.stream().filter(slot -> slot.leadsSince(since, now)).findFirst();
    }

    private void idle(Duration calm) throws InterruptedException {
        long until = clock.nanoTime() + calm.toNanos();
        boolean unused = await(() -> clock.nanoTime() - until >= 0, START);
    }

    private boolean await(BooleanSupplier condition, Duration atMost) throws InterruptedException {
        long giveUp = clock.nanoTime() + atMost.toNanos();
        look();
        while (!condition.getAsBoolean()) {
            long now = clock.nanoTime();
            if (now - giveUp >= 0) {
                return false;
            }
            clock.park(now + TICK);
            look();
        }
        return true;
    }

    private void look() {
        slots.forEach(Slot::look);
    }

    private void stop() {
        for (Slot slot : slots) {
            slot.process().signal("TERM");
        }
        for (Slot slot : slots) {
            try {
                int code = slot.process().awaitExit(Duration.ofSeconds(40));
                if (code != 143) {
                    chronicle.troubles.add(slot.identity() + " ended with exit code " + code + " in the end");
                }
            } catch (AssertionError e) {
                chronicle.troubles.add(slot.identity() + " did not end in the end: " + e.getMessage());
            }
        }
        say("all replicas have stopped");
    }

    private void say(String what) {
        out.printf(Locale.ROOT, "%8.1f s  %s%n", (clock.nanoTime() - start) / 1e9, what);
    }

    @Override
    public void close() {
        slots.forEach(Slot::close);
    }
}
