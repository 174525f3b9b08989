package io.github.pavelagarkov.kernel.examples.ownelector;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaderUnknownException;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One election: one thread that competes, renews, and waits for the callbacks. Fields without a comment belong to that thread;
 * the volatile ones are what others may see or ask. Thread-safe.
 */
final class FileElection implements Election, Runnable {
    /** Between the cancellation of onElected's token and its interrupt (LE-4). */
    private static final Duration INTERRUPT_AFTER = Duration.ofMillis(200);

    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    /**
     * The lease as it is trusted here.
     *
     * @param scope of the term
     * @param untilNanos by the monotonic clock
     * @param untilMillis by the wall clock, which goes on while the machine sleeps (LE-3b)
     */
    private record Trust(TermScope scope, long untilNanos, long untilMillis) {}

    private final ElectionSpec spec;
    private final LeaseTiming timing;
    private final FileLeaderElector elector;
    private final LeadershipListener listener;
    private final LeaseFile file;
    private final KernelClock clock;
    private final Thread loop;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Queue<CompletableFuture<Void>> stepsDown = new ConcurrentLinkedQueue<>();

    private volatile @Nullable Trust trust;
    private volatile @Nullable Throwable trouble;
    private volatile @Nullable Callback callback;
    private volatile boolean closing;
    private volatile boolean stepDownWanted;
    private volatile long holdBackUntil;
    private volatile boolean workRunsOn;

    private String leaseId = "";
    private long troubleSince;
    private long failures;
    private int failedStarts;

    FileElection(ElectionSpec spec, LeadershipListener listener, LeaseFile file, FileLeaderElector elector) {
        this.spec = spec;
        this.timing = spec.timing();
        this.listener = listener;
        this.file = file;
        this.elector = elector;
        this.clock = elector.clock();
        this.holdBackUntil = clock.nanoTime();
        this.trouble = new IOException("not asked yet");
        this.loop = elector.threads().newThread(this);
    }

    void start() {
        loop.start();
    }

    // ---- the thread of the election

    @Override
    public void run() {
        try {
            while (!closing) {
                compete();
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread but a JVM that ends: the lease then expires by itself.
            Thread.currentThread().interrupt();
        } finally {
            trust = null;
            closing = true;
            completeStepsDown();
            elector.forget(this);
            ended.complete(null);
        }
    }

    private void compete() throws InterruptedException {
        long now = clock.nanoTime();
        if (now - holdBackUntil < 0) {
            clock.park(holdBackUntil);
            return;
        }
        completeStepsDown();
        leaseId = UUID.randomUUID().toString();
        Optional<LeaseFile.Lease> answer = ask(() -> file.acquire(leaseId, elector.identity(), timing.lease()));
        if (answer.isEmpty()) {
            clock.park(clock.nanoTime() + timing.pause().plus(timing.attempt()).toNanos());
        } else if (answer.get().leaseId().equals(leaseId)) {
            lead(answer.get().token(), now);
        } else {
            long remaining = Math.max(1, answer.get().expiresMillis() - clock.wallMillis());
            clock.park(clock.nanoTime()
                    + Math.min(remaining * 1_000_000, timing.pollMax().toNanos()));
        }
    }

    private void lead(long token, long askedAt) throws InterruptedException {
        Term term = new Term(spec.name(), elector.identity(), token, Instant.ofEpochMilli(clock.wallMillis()));
        TermScope scope = new TermScope(term, clock, this::isLeader);
        trust(scope, askedAt);
        publish(new LeaderEvent.Acquired(term));
        long since = clock.nanoTime();
        Callback elected = call(() -> listener.onElected(scope));

        BooleanSupplier over = () -> closing
                || stepDownWanted
                || (elected.hasEnded() && elected.error().isPresent());
        DemotionReason reason = renewUntil(scope, over, since + FOR_EVER.toNanos())
                .orElseGet(() -> closing
                        ? DemotionReason.CLOSED
                        : stepDownWanted ? DemotionReason.STEPPED_DOWN : DemotionReason.START_FAILED);
        scope.cancel(reason.leaseHeld() ? CancelReason.STOP : CancelReason.LEADERSHIP_LOST);
        boolean inTime = stopWork(scope, elected, reason);
        trust = null;
        boolean released = reason.leaseHeld() && inTime && release();
        awaitCallback(scope.term());
        publish(new LeaderEvent.Lost(term, reason, Duration.ofNanos(clock.nanoTime() - since), released));
        afterTerm(reason);
    }

    /** {@return whether onDemoted returned while the lease was held} */
    private boolean stopWork(TermScope scope, Callback elected, DemotionReason reason) throws InterruptedException {
        Term term = scope.term();
        long deadline = clock.nanoTime() + spec.stopTimeout().toNanos();
        boolean held = reason.leaseHeld();
        long interruptAt = clock.nanoTime() + INTERRUPT_AFTER.toNanos();
        held = keepUntil(scope, held, () -> elected.hasEnded() || clock.nanoTime() - interruptAt >= 0, interruptAt);
        if (!elected.hasEnded()) {
            elected.interrupt();
        }
        held = keepUntil(scope, held, () -> elected.hasEnded() || clock.nanoTime() - deadline >= 0, deadline);
        reportOverrun(term, elected);
        while (!elected.hasEnded()) {
            clock.park(clock.nanoTime() + timing.pollMax().toNanos());
        }
        elected.error()
                .filter(e -> !(e instanceof InterruptedException))
                .ifPresent(e -> publish(new LeaderEvent.CallbackFailed(term, "onElected", e)));
        Callback demoted = call(() -> listener.onDemoted(term, reason));
        held = keepUntil(scope, held, () -> demoted.hasEnded() || clock.nanoTime() - deadline >= 0, deadline);
        reportOverrun(term, demoted);
        return held && demoted.hasEnded();
    }

    private void reportOverrun(Term term, Callback running) {
        if (!running.hasEnded()) {
            workRunsOn = true;
            trust = null;
            publish(new LeaderEvent.WorkOverrun(term, running.threadName(), running.frames()));
            completeStepsDown();
        }
    }

    private void awaitCallback(Term term) throws InterruptedException {
        Callback demoted = callback;
        while (demoted != null && !demoted.hasEnded()) {
            clock.park(clock.nanoTime() + timing.pollMax().toNanos());
        }
        if (demoted != null) {
            demoted.error().ifPresent(e -> publish(new LeaderEvent.CallbackFailed(term, "onDemoted", e)));
        }
        callback = null;
        workRunsOn = false;
    }

    private void afterTerm(DemotionReason reason) {
        stepDownWanted = false;
        if (reason == DemotionReason.START_FAILED) {
            double factor = Math.pow(2, Math.min(failedStarts++, 30))
                    * ThreadLocalRandom.current().nextDouble(0.9, 1.1);
            double nanos = Math.min(spec.backOff().toNanos() * factor, (double)
                    spec.backOffMax().toNanos());
            holdBackUntil = clock.nanoTime() + (long) nanos;
        } else {
            failedStarts = 0;
        }
        if (reason == DemotionReason.STEPPED_DOWN) {
            completeStepsDown();
        }
    }

    private Callback call(Callback.Call call) {
        Callback prepared = Callback.of(elector.threads(), clock, loop, call);
        // Before it runs: it may close this election at once, and is then not waited for (LE-12).
        callback = prepared;
        prepared.start();
        return prepared;
    }

    /** Renews until something is so, or until the lease is lost. {@return why it is lost; empty if it is not} */
    private Optional<DemotionReason> renewUntil(TermScope scope, BooleanSupplier condition, long wakeAt)
            throws InterruptedException {
        long renewAt = clock.nanoTime() + timing.renew().toNanos();
        while (!condition.getAsBoolean()) {
            Trust now = trust;
            if (now == null || !isTrusted(now)) {
                trust = null;
                return Optional.of(DemotionReason.LEASE_EXPIRED);
            }
            if (clock.nanoTime() - renewAt < 0) {
                clock.park(earlier(wakeAt, earlier(renewAt, now.untilNanos())));
                continue;
            }
            long askedAt = clock.nanoTime();
            Optional<LeaseFile.Lease> answer = ask(() -> file.renew(leaseId, timing.lease()));
            if (answer.isEmpty()) {
                renewAt = clock.nanoTime() + timing.pause().toNanos();
            } else if (answer.get().leaseId().equals(leaseId) && answer.get().isHeld(clock.wallMillis())) {
                trust(scope, askedAt);
                renewAt = askedAt + timing.renew().toNanos();
            } else {
                trust = null;
                return Optional.of(
                        answer.get().isHeld(clock.wallMillis()) ? DemotionReason.TAKEN_OVER : DemotionReason.KEY_LOST);
            }
        }
        return Optional.empty();
    }

    private static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }

    /** The same while the work stops: a lease that was lost before is not renewed. {@return whether it is still held} */
    private boolean keepUntil(TermScope scope, boolean held, BooleanSupplier condition, long wakeAt)
            throws InterruptedException {
        boolean still = held && renewUntil(scope, condition, wakeAt).isEmpty();
        while (!condition.getAsBoolean()) {
            clock.park(wakeAt);
        }
        return still;
    }

    private void trust(TermScope scope, long askedAt) {
        long nanos = timing.lease().minus(timing.margin()).toNanos();
        long sinceAsked = clock.nanoTime() - askedAt;
        trust = new Trust(scope, askedAt + nanos, clock.wallMillis() + (nanos - sinceAsked) / 1_000_000);
    }

    private boolean release() throws InterruptedException {
        return ask(() -> {
                    file.release(leaseId);
                    return LeaseFile.Lease.NONE;
                })
                .isPresent();
    }

    /** What is asked of the file. */
    @FunctionalInterface
    private interface Question {
        LeaseFile.Lease ask() throws IOException, InterruptedException;
    }

    /** {@return the answer; empty if there was none, which is reported once per change} */
    private Optional<LeaseFile.Lease> ask(Question question) throws InterruptedException {
        try {
            LeaseFile.Lease answer = question.ask();
            if (failures > 0) {
                publish(new LeaderEvent.Recovered(
                        spec.name(), Duration.ofNanos(clock.nanoTime() - troubleSince), failures));
            }
            failures = 0;
            trouble = null;
            return Optional.of(answer);
        } catch (IOException e) {
            Throwable before = trouble;
            if (failures++ == 0) {
                troubleSince = clock.nanoTime();
            }
            if (before == null || !e.toString().equals(before.toString())) {
                publish(new LeaderEvent.Trouble(spec.name(), e));
            }
            trouble = e;
            return Optional.empty();
        }
    }

    private void publish(KernelEvent event) {
        elector.publish(event);
    }

    private void completeStepsDown() {
        CompletableFuture<Void> stepDown = stepsDown.poll();
        while (stepDown != null) {
            stepDown.complete(null);
            stepDown = stepsDown.poll();
        }
    }

    // ---- what others see

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public ElectionSpec spec() {
        return spec;
    }

    @Override
    public LeadershipStatus status() {
        if (ended.isDone()) {
            return new LeadershipStatus.Stopped();
        }
        Optional<Term> term = term();
        Throwable cause = trouble;
        if (term.isPresent()) {
            return new LeadershipStatus.Leader(term.get(), Optional.ofNullable(cause));
        }
        return cause == null ? new LeadershipStatus.Follower() : new LeadershipStatus.Unknown(cause);
    }

    private boolean isTrusted(Trust now) {
        return clock.nanoTime() - now.untilNanos() < 0 && clock.wallMillis() < now.untilMillis();
    }

    @Override
    public boolean isLeader() {
        Trust now = trust;
        return now != null && isTrusted(now);
    }

    @Override
    public Optional<Term> term() {
        Trust now = trust;
        return now != null && isTrusted(now) ? Optional.of(now.scope().term()) : Optional.empty();
    }

    @Override
    public Duration remaining() {
        Trust now = trust;
        return now != null && isTrusted(now) ? Duration.ofNanos(now.untilNanos() - clock.nanoTime()) : Duration.ZERO;
    }

    @Override
    public CompletionStage<Optional<LeaderInfo>> currentLeader() {
        CompletableFuture<Optional<LeaderInfo>> answer = new CompletableFuture<>();
        elector.threads()
                .newThread(() -> {
                    try {
                        answer.complete(file.holder()
                                .map(lease -> new LeaderInfo(lease.identity(), OptionalLong.of(lease.token()))));
                    } catch (IOException | InterruptedException e) {
                        answer.completeExceptionally(new LeaderUnknownException(
                                "the leader of election '" + name() + "' is not known: " + e, e));
                    }
                })
                .start();
        return answer;
    }

    @Override
    public CompletionStage<Void> stepDown(Duration coolDown) {
        Check.notNegative("coolDown of election '" + name() + "'", coolDown);
        if (closing) {
            throw new IllegalStateException("election '" + name() + "' is closed");
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        holdBackUntil = clock.nanoTime() + coolDown.toNanos();
        if (trust == null) {
            done.complete(null);
        } else {
            stepsDown.add(done);
            stepDownWanted = true;
            clock.unpark(loop);
        }
        return done;
    }

    void requestClose() {
        closing = true;
        clock.unpark(loop);
    }

    void awaitClosed() {
        Callback running = callback;
        if ((running != null && running.isCurrentThread()) || Thread.currentThread() == loop) {
            return;
        }
        long deadline =
                clock.nanoTime() + spec.stopTimeout().plus(timing.attempt()).toNanos();
        Thread waiting = Thread.currentThread();
        var unused = ended.whenComplete((done, error) -> clock.unpark(waiting));
        boolean interrupted = false;
        while (!ended.isDone() && !workRunsOn && clock.nanoTime() - deadline < 0) {
            try {
                clock.park(deadline);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        requestClose();
        awaitClosed();
    }

    @Override
    public String toString() {
        return "election '" + name() + "' of " + elector.identity() + " on files";
    }
}
