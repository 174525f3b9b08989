package io.github.pavelagarkov.kernel.tck.rules;

import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.ContractRules;
import io.github.pavelagarkov.kernel.tck.RecordedEvents;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the tests of electors and supervisors share: several processes in one election, named "cron". */
abstract class LeaderContract extends ContractRules {
    static final LeaseKey KEY = LeaseKey.election("cron");

    /** How much longer the leases of {@link #patient()} are. */
    private static final int PATIENCE = 20;

    /** What the listeners were told, in order, as {@code a elected}. */
    final List<String> log = new CopyOnWriteArrayList<>();

    /** {@return a process of its own} */
    final Candidate candidate(String identity) {
        return candidate(identity, time().clock());
    }

    /** {@return a process with a clock of its own} */
    final Candidate candidate(String identity, KernelClock clock) {
        RecordedEvents events = new RecordedEvents();
        TckNode node = new TckNode(identity, clock, time().threads(), events);
        return new Candidate(node, events, closing(required(fixture().elector(node), "LeaderElector")), log, time());
    }

    /** {@return the backend, or skips the test if it cannot be broken} */
    final TckBackend backend() {
        requires(Capability.BACKEND_CONTROL);
        return required(fixture().backend(), "TckBackend");
    }

    final TckBackend.Link link(Candidate candidate) {
        return backend().link(candidate.node);
    }

    final LeaseTiming timing() {
        return time().leaseTiming();
    }

    /** {@return how long a leader trusts a lease} */
    final Duration trust() {
        return timing().lease().minus(timing().margin());
    }

    /** {@return longer than any leader waits between two renewals, the renewal itself included} */
    final Duration renewal() {
        LeaseTiming timing = timing();
        return Duration.ofNanos((long) (timing.renew().toNanos() * (1 + timing.jitter())))
                .plus(timing.attempt());
    }

    /** {@return longer than a candidate that polls needs to see that a lease is free} */
    final Duration poll() {
        return timing().pollMax().plus(timing().attempt()).plus(timing().pause());
    }

    final ElectionSpec.Builder spec(LeaseTiming timing) {
        return ElectionSpec.builder("cron")
                .timing(timing)
                .stopTimeout(time().ticks(8))
                .backOff(time().ticks(1), time().ticks(60));
    }

    /** {@return the spec of most tests} */
    final ElectionSpec spec() {
        return spec(timing()).build();
    }

    /**
     * {@return a timing with calls and renewals as usual, but a lease and a poll so long that whoever waits for one of them
     * is caught, in real time too}
     */
    final LeaseTiming patient() {
        LeaseTiming timing = timing();
        Duration lease = timing.lease().multipliedBy(PATIENCE);
        return new LeaseTiming(
                lease,
                lease.dividedBy(3),
                timing.renew(),
                timing.jitter(),
                timing.attempt(),
                timing.pause(),
                lease,
                timing.forcedStop());
    }

    /** Joins and waits until the process leads. */
    final Election lead(Candidate candidate) {
        return lead(candidate, spec());
    }

    final Election lead(Candidate candidate, ElectionSpec spec) {
        Election election = candidate.elector.join(spec, candidate);
        untilLeads(candidate, "is the only candidate", poll());
        return election;
    }

    /** Waits until a process is told that it leads. */
    final void untilLeads(Callbacks candidate, String why, Duration atMost) {
        time().until(candidate + " leads, as it " + why, atMost, candidate::leads);
    }

    /** {@return the answer to a call that must not wait for anything} */
    final <T> T atOnce(String what, Callable<T> call) {
        CompletableFuture<T> outcome = time().start(call);
        time().until(what + " returns at once", Duration.ZERO, outcome::isDone);
        return result(what, outcome);
    }

    /** Runs a call that may block, and waits for its end. */
    final void within(Duration atMost, String what, Runnable call) {
        CompletableFuture<Void> done = inBackground(call);
        time().until(what + " returns", atMost, done::isDone);
        var unused = result(what, done);
    }

    private static <T> T result(String what, CompletableFuture<T> outcome) {
        try {
            return outcome.join();
        } catch (CompletionException e) {
            throw new AssertionError(what + " threw " + e.getCause(), e.getCause());
        }
    }

    /** Asks for a step-down, and does not wait for it. */
    final void stepDown(Election election, Duration coolDown) {
        var unused = time().start(() -> election.stepDown(coolDown));
    }

    /** Begins a call that may block. */
    final CompletableFuture<Void> inBackground(Runnable call) {
        return time().start(() -> {
            call.run();
            return null;
        });
    }
}
