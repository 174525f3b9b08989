package io.github.pavelagarkov.kernel.examples.chaos;

import io.github.pavelagarkov.kernel.examples.chaos.Chronicle.DataLoss;
import io.github.pavelagarkov.kernel.examples.chaos.Chronicle.Death;
import io.github.pavelagarkov.kernel.examples.chaos.Chronicle.Hit;
import io.github.pavelagarkov.kernel.examples.chaos.Chronicle.Pause;
import io.github.pavelagarkov.kernel.tck.fault.TcpProxy.Direction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes faults happen and heals them, and writes down when. Used by one thread. */
final class Injector {
    private final ChaosStore store;
    private final List<Slot> slots;
    private final Chronicle chronicle;
    private boolean storeDown;
    private boolean storePaused;

    Injector(ChaosStore store, List<Slot> slots, Chronicle chronicle) {
        this.store = store;
        this.slots = slots;
        this.chronicle = chronicle;
    }

    /** Heals a fault. */
    interface Healing {
        /** {@return whether it is healed; if not, to be asked again soon} */
        boolean heal();
    }

    /**
     * Makes a fault happen.
     *
     * @return heals it; empty if it could not hit anybody now
     */
    Optional<Healing> hit(Fault fault) {
        return fault.kind().hitsStore() ? hitStore(fault) : hitReplica(fault);
    }

    // ---- the store

    private Optional<Healing> hitStore(Fault fault) {
        if (storeDown || (storePaused && fault.kind() != Fault.Kind.STORE_RESTART)) {
            return Optional.empty();
        }
        long from = System.nanoTime();
        switch (fault.kind()) {
            case STORE_PAUSE -> {
                store.pause();
                storePaused = true;
                return Optional.of(() -> {
                    if (storePaused) {
                        store.resume();
                        storePaused = false;
                    }
                    return hit(fault, "store", "store", from);
                });
            }
            case STORE_RESTART -> {
                store.kill();
                storeDown = true;
                storePaused = false;
                if (!store.isDurable()) {
                    chronicle.losses.add(new DataLoss(from, System.nanoTime()));
                }
                return Optional.of(() -> {
                    store.restart();
                    storeDown = false;
                    return hit(fault, "store", "store", from);
                });
            }
            case STORE_LOSES_DATA -> {
                store.loseData();
                chronicle.losses.add(new DataLoss(from, System.nanoTime()));
                return Optional.of(() -> hit(fault, "store", "store", from));
            }
            case STORE_ENDS_SESSIONS -> {
                store.endSessions();
                return Optional.of(() -> hit(fault, "store", "store", from));
            }
            default -> throw new IllegalArgumentException(fault + " does not hit the store");
        }
    }

    private boolean hit(Fault fault, String lane, String whom, long from) {
        chronicle.hits.add(new Hit(fault, lane, whom, from, System.nanoTime()));
        return true;
    }

    // ---- a replica

    private Optional<Healing> hitReplica(Fault fault) {
        return victim(fault).map(slot -> switch (fault.kind()) {
            case KILL -> kill(fault, slot);
            case STOP -> stop(fault, slot);
            case PAUSE -> pause(fault, slot);
            default -> breakNetwork(fault, slot);
        });
    }

    /** {@return who is meant, or the next one that can be hit} */
    private Optional<Slot> victim(Fault fault) {
        int first = fault.victim() == Fault.LEADER ? leader(fault) : fault.victim();
        for (int i = 0; i < slots.size(); i++) {
            Slot slot = slots.get((first + i) % slots.size());
            boolean fits = switch (fault.kind()) {
                case KILL -> slot.isUp();
                case STOP, PAUSE -> slot.isReady() && !slot.isPaused();
                default -> true;
            };
            if (fits) {
                return Optional.of(slot);
            }
        }
        return Optional.empty();
    }

    private int leader(Fault fault) {
        long now = System.nanoTime();
        // Nobody leads: anybody, and the same one for the same schedule.
        int found = (int) (fault.lasts().toMillis() % slots.size());
        long greatest = 0;
        for (int i = 0; i < slots.size(); i++) {
            long token = slots.get(i).leads(now);
            if (token > greatest) {
                greatest = token;
                found = i;
            }
        }
        return found;
    }

    private Healing kill(Fault fault, Slot slot) {
        String whom = slot.identity();
        long from = System.nanoTime();
        slot.process().kill();
        chronicle.deaths.add(new Death(whom, System.nanoTime(), true));
        slot.markDown();
        return () -> {
            slot.start();
            return hit(fault, slot.lane(), whom, from);
        };
    }

    private Healing stop(Fault fault, Slot slot) {
        String whom = slot.identity();
        long from = System.nanoTime();
        slot.process().signal("TERM");
        slot.markLeaving();
        return () -> {
            if (slot.process().isAlive()) {
                if (System.nanoTime() - from > Duration.ofSeconds(40).toNanos()) {
                    chronicle.troubles.add(whom + " did not end within 40 s of SIGTERM");
                    slot.process().kill();
                }
                return false;
            }
            int code = slot.process().awaitExit(Duration.ofSeconds(10));
            if (code != 143) {
                chronicle.troubles.add(whom + " ended with exit code " + code + " after SIGTERM, should be 143");
            }
            chronicle.deaths.add(new Death(whom, System.nanoTime(), false));
            slot.start();
            return hit(fault, slot.lane(), whom, from);
        };
    }

    private Healing pause(Fault fault, Slot slot) {
        String whom = slot.identity();
        slot.process().pause();
        slot.markPaused(true);
        long stands = System.nanoTime();
        return () -> {
            if (slot.identity().equals(whom) && slot.isUp()) {
                chronicle.pauses.add(new Pause(whom, stands, System.nanoTime()));
                slot.process().resume();
                slot.markPaused(false);
            }
            return hit(fault, slot.lane(), whom, stands);
        };
    }

    private Healing breakNetwork(Fault fault, Slot slot) {
        String whom = slot.identity();
        long from = System.nanoTime();
        slot.networkBroken();
        var proxy = slot.proxy();
        switch (fault.kind()) {
            case BLACK_HOLE -> proxy.blackHole();
            case STALL -> proxy.stall();
            case LOST_REPLIES -> proxy.dropReplies();
            case LOST_REQUESTS -> proxy.drop(Direction.REQUEST);
            case STALLED_REPLIES -> proxy.stall(Direction.REPLY);
            case DELAY -> {
                proxy.delay(Direction.REQUEST, Duration.ofMillis(fault.amount()));
                proxy.delay(Direction.REPLY, Duration.ofMillis(fault.amount()));
            }
            case RESET -> proxy.reset();
            case CUT -> proxy.cutAfter(Direction.REPLY, fault.amount());
            case REFUSE -> {
                proxy.refuse();
                proxy.reset();
            }
            default -> throw new IllegalArgumentException(fault + " does not hit the network");
        }
        return () -> {
            slot.networkHealed();
            return hit(fault, slot.lane(), whom, from);
        };
    }
}
