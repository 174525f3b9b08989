package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process with a clock of its own, one machine and work that obeys or does not. Checks what a listener may rely on. A crash
 * or a close ends one life; the next begins with a new machine. Not thread-safe.
 */
final class SimulatedNode implements LeaseEffects {
    private enum Call {
        NONE,
        ELECTED,
        STARTED,
        DEMOTED
    }

    final String name;
    private final SimulatedWorld world;
    private final ElectionSpec spec;
    private final boolean obedient;
    private final SimulatedClock clock;

    private int life;
    private boolean up;
    private boolean closing;
    private @Nullable LeaseMachine machine;
    private long pausedUntil;
    private boolean pausedInTerm;
    private long wakeNumber;
    private final SpinCheck spin;
    private int ids;
    private boolean seesAnother;
    private final Map<Long, String> idOfToken = new HashMap<>();

    private Call call = Call.NONE;
    private @Nullable Term term;
    private long callNumber;
    private boolean cancelled;
    private long obeyUntil;
    private long heldBackUntil;

    SimulatedNode(String name, SimulatedWorld world, ElectionSpec spec, boolean obedient) {
        this.name = name;
        this.world = world;
        this.spec = spec;
        this.obedient = obedient;
        this.spin = new SpinCheck(world, name);
        this.clock = SimulatedClock.of(world);
    }

    // ---- what the schedule does to it

    void boot() {
        life++;
        up = true;
        closing = false;
        call = Call.NONE;
        term = null;
        heldBackUntil = 0;
        seesAnother = false;
        world.booted();
        world.trace(() -> name + ": boots, life " + life);
        LeaseMachine fresh =
                new LeaseMachine(spec, name, () -> name + "-" + life + "-" + ++ids, world.random.split(), this);
        machine = fresh;
        fresh.started(clock.local());
    }

    void crash() {
        world.trace(() -> name + ": crashes");
        life++;
        up = false;
        machine = null;
        call = Call.NONE;
    }

    void pause(long howLong) {
        world.trace(() -> name + ": paused for " + Duration.ofNanos(howLong));
        pausedUntil = world.now() + howLong;
        pausedInTerm = true;
    }

    void close() {
        if (up && !closing) {
            closing = true;
            world.trace(() -> name + ": close");
            tell(current -> current.close(clock.local()));
        }
    }

    void stepDown(Duration coolDown) {
        if (up && !closing) {
            world.trace(() -> name + ": steps down for " + coolDown);
            heldBackUntil = world.now() + (long) (coolDown.toNanos() * 1.02);
            tell(current -> current.stepDown(coolDown, clock.local()));
        }
    }

    void hint() {
        tell(current -> current.notified(clock.local()));
    }

    void gap() {
        tell(current -> current.gap(clock.local()));
    }

    private void tell(Consumer<LeaseMachine> step) {
        LeaseMachine current = machine;
        if (up && current != null) {
            deliver(() -> step.accept(current));
        }
    }

    // ---- what the world asks

    boolean isUp() {
        return up;
    }

    boolean leads() {
        LeaseView view = machine == null ? null : machine.view();
        return view != null && view.holds(clock.local(), clock.wall());
    }

    /** {@return whether it leads, or was told by the last answer of the store that another does} */
    boolean knowsOfALeader() {
        boolean follows = running().status(false) instanceof LeadershipStatus.Follower;
        return leads() || (seesAnother && call == Call.NONE && follows);
    }

    boolean isPaused() {
        return world.now() < pausedUntil;
    }

    /** {@return whether nothing of its own keeps it from competing} */
    boolean isFree() {
        return up && !closing && call == Call.NONE && world.now() >= heldBackUntil;
    }

    boolean isWorking() {
        return call != Call.NONE;
    }

    /** Runs a step of this life, late if the process does not get to run. */
    private void deliver(Runnable step) {
        deliver(life, step);
    }

    private void deliver(int ofLife, Runnable step) {
        if (isPaused()) {
            world.after(pausedUntil - world.now(), () -> deliver(ofLife, step));
        } else if (ofLife == life) {
            step.run();
        }
    }

    private void later(long delay, Runnable step) {
        int ofLife = life;
        world.after(delay, () -> deliver(ofLife, step));
    }

    private LeaseMachine running() {
        LeaseMachine current = machine;
        if (current == null) {
            throw world.failure(name + " has no machine");
        }
        return current;
    }

    // ---- what the machine wants

    @Override
    public void send(LeaseRequest request, long attempt) {
        long sent = clock.local();
        long sentWall = clock.wall();
        int ofLife = life;
        world.trace(() -> name + ": " + request.mode() + " " + request.leaseId() + " #" + attempt);
        world.store.ask(
                request,
                reply -> deliver(ofLife, () -> {
                    world.trace(() -> name + ": #" + attempt + " -> " + reply);
                    seesAnother = reply instanceof LeaseReply.Taken;
                    if (reply instanceof LeaseReply.Held held) {
                        idOfToken.put(held.fencingToken(), request.leaseId());
                    }
                    running().replied(request, attempt, reply, sent, sentWall, clock.local(), clock.wall());
                }));
    }

    @Override
    public void release(String leaseId) {
        Term current = term;
        world.trace(() -> name + ": release " + leaseId);
        if (current != null && call != Call.NONE && leaseId.equals(idOfToken.get(current.fencingToken()))) {
            throw world.failure(name + " releases " + leaseId + " while its work runs, in call " + call);
        }
        int ofLife = life;
        world.store.release(leaseId, done -> deliver(ofLife, () -> running().released(leaseId, done, clock.local())));
    }

    @Override
    public void wakeAt(long nanos) {
        long number = ++wakeNumber;
        long left = nanos - clock.local();
        if (left > Duration.ofDays(1).toNanos()) {
            return;
        }
        long late = world.between(Duration.ZERO, Duration.ofMillis(world.chance(0.02) ? 20 : 1));
        later(clock.trueNanos(Math.max(0, left)) + late, () -> {
            if (number == wakeNumber) {
                spin.tick();
                running().tick(clock.local(), clock.wall());
            }
        });
    }

    @Override
    public void elect(Term elected) {
        world.trace(() -> name + ": onElected " + elected.fencingToken());
        if (call != Call.NONE) {
            throw world.failure(name + " is elected in call " + call + " of the term before");
        }
        world.elected(this, elected);
        call = Call.ELECTED;
        term = elected;
        cancelled = false;
        pausedInTerm = false;
        boolean fails = !world.calm() && world.chance(0.1);
        returnAfter(callTime(), () -> {
            call = Call.STARTED;
            world.trace(() -> name + ": onElected returned" + (fails ? " with an error" : ""));
            if (fails) {
                heldBackUntil = world.now() + (long) (spec.backOffMax().toNanos() * 1.2);
            }
            running().electedReturned(fails ? new IllegalStateException("cannot start") : null, clock.local());
        });
    }

    @Override
    public void demote(Term over, DemotionReason reason) {
        world.trace(() -> name + ": onDemoted " + over.fencingToken() + " " + reason);
        if (call != Call.STARTED || !over.equals(term)) {
            throw world.failure(name + " is demoted from " + over + " in call " + call + " of " + term);
        }
        if (!cancelled) {
            throw world.failure(name + " is demoted from " + over + " and its scope was not cancelled");
        }
        call = Call.DEMOTED;
        returnAfter(callTime(), () -> {
            world.trace(() -> name + ": onDemoted returned");
            call = Call.NONE;
            running()
                    .demotedReturned(
                            world.chance(0.1) ? new IllegalStateException("cannot stop") : null, clock.local());
        });
    }

    /** Most calls are short, some are not; obedient work ends in time once it is told to. */
    private long callTime() {
        long usual = between(0, world.chance(0.2) ? spec.stopTimeout().toNanos() * 2 : 50_000_000L);
        return obedient && cancelled ? Math.max(0, Math.min(usual, obeyUntil - world.now())) : usual;
    }

    private long between(long least, long most) {
        return world.random.nextLong(least, most + 1);
    }

    private void returnAfter(long delay, Runnable onReturn) {
        long number = ++callNumber;
        later(delay, () -> {
            if (number == callNumber) {
                callNumber++;
                onReturn.run();
            }
        });
    }

    @Override
    public void cancelScope(DemotionReason reason) {
        if (cancelled) {
            throw world.failure(name + " is told to stop twice in one term");
        }
        cancelled = true;
        obeyUntil = world.now() + (long) (spec.timing().forcedStop().toNanos() * 0.98);
        world.trace(() -> name + ": cancelled " + reason);
    }

    @Override
    public void interruptCallback() {
        if (call == Call.ELECTED && obedient) {
            long number = callNumber;
            later(between(0, 1_000_000L), () -> {
                if (number == callNumber) {
                    callNumber++;
                    call = Call.STARTED;
                    running().electedReturned(new InterruptedException(), clock.local());
                }
            });
        }
    }

    /** {@return whether its work must have ended by now, had it been allowed to run} */
    boolean mustNotWorkBeside() {
        return obedient && !pausedInTerm && call != Call.NONE;
    }

    @Override
    public void overrun(Term over) {
        if (call == Call.NONE) {
            throw world.failure(name + " reports an overrun of work that has ended");
        }
        if (obedient && !pausedInTerm && !world.excused()) {
            throw world.failure(name + " reports an overrun of obedient work");
        }
    }

    @Override
    public void hurry(DemotionReason reason) {
        world.trace(() -> name + ": hurry " + reason);
    }

    @Override
    public void stopSettled() {}

    @Override
    public void closeGivenUp() {}

    @Override
    public void closed() {
        world.trace(() -> name + ": closed");
        if (call != Call.NONE) {
            throw world.failure(name + " is closed in call " + call);
        }
        up = false;
    }

    @Override
    public void publish(Supplier<LeaderEvent> event) {
        world.trace(() -> name + ": " + event.get());
    }

    @Override
    public String toString() {
        return name;
    }
}
