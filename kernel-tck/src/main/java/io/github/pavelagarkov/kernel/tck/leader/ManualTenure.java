package io.github.pavelagarkov.kernel.tck.leader;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One term from its grant to the end of its work, and the lease it stands on. Thread-safe. */
final class ManualTenure {
    private static final long LONG = Duration.ofDays(1).toNanos();

    /**
     * The lease as it is trusted here.
     *
     * @param untilNanos by the monotonic clock
     * @param untilMillis by the wall clock, which goes on while the host is suspended (LE-3b)
     */
    private record Lease(long untilNanos, long untilMillis) {}

    private final KernelClock clock;
    private final LeaseTiming timing;
    private final ManualScope scope;
    private final long beganNanos;

    private volatile Lease lease;
    private volatile boolean renewed = true;
    /** INVARIANT: guarded by this. */
    private boolean leftToExpire;
    /** Why the lease is gone; null while it is held. */
    private volatile @Nullable DemotionReason lost;
    /** Why the work ends; null while it goes on. Written once. */
    private volatile @Nullable DemotionReason reason;

    private volatile long endingNanos;

    ManualTenure(Term term, LeaseTiming timing, KernelClock clock) {
        this.clock = clock;
        this.timing = timing;
        this.beganNanos = clock.nanoTime();
        this.lease = fresh();
        this.scope = new ManualScope(term, clock, this::holds);
    }

    private Lease fresh() {
        Duration trust = timing.lease().minus(timing.margin());
        return new Lease(clock.nanoTime() + trust.toNanos(), clock.wallMillis() + trust.toMillis());
    }

    Term term() {
        return scope.term();
    }

    ManualScope scope() {
        return scope;
    }

    Duration age() {
        return Duration.ofNanos(clock.nanoTime() - beganNanos);
    }

    // ---- the lease

    /** {@return whether this process leads by the clock} */
    boolean holds() {
        Lease now = lease;
        return lost == null && clock.nanoTime() - now.untilNanos() < 0 && clock.wallMillis() < now.untilMillis();
    }

    Duration remaining() {
        return holds() ? Duration.ofNanos(lease.untilNanos() - clock.nanoTime()) : Duration.ZERO;
    }

    /** {@return when the lease is to be looked at, by the monotonic clock} */
    long nextLook() {
        if (lost != null) {
            return clock.nanoTime() + LONG;
        }
        Duration unrenewed = timing.lease().minus(timing.margin()).minus(timing.renew());
        return renewed ? lease.untilNanos() - unrenewed.toNanos() : lease.untilNanos();
    }

    /** Renews the lease if it is time. {@return whether it has run out now} */
    boolean look() {
        if (!renewIfHeld()) {
            return lose(DemotionReason.LEASE_EXPIRED);
        }
        return false;
    }

    private synchronized boolean renewIfHeld() {
        boolean held = holds();
        if (held && renewed && clock.nanoTime() - nextLook() >= 0) {
            lease = fresh();
        }
        return held;
    }

    /** Renews the lease once more and then no longer, until {@link #keep()}. */
    synchronized void cutOff() {
        if (renewed && holds()) {
            lease = fresh();
        }
        renewed = false;
    }

    /** Renews the lease once more and then never again: that the store can be asked again does not end the work (LE-5). */
    synchronized void leaveToExpire() {
        cutOff();
        leftToExpire = true;
    }

    /** Renews the lease again, if it has not run out and is not left to. */
    synchronized void keep() {
        if (leftToExpire) {
            return;
        }
        renewed = true;
        if (holds()) {
            lease = fresh();
        }
    }

    // ---- the end

    /** Ends the work. */
    void end(DemotionReason why) {
        if (begin(why)) {
            // Outside the lock: what is called there is the service's.
            scope.end(why.leaseHeld() ? CancelReason.STOP : CancelReason.LEADERSHIP_LOST);
        }
    }

    private synchronized boolean begin(DemotionReason why) {
        if (reason != null) {
            return false;
        }
        endingNanos = clock.nanoTime();
        reason = why;
        return true;
    }

    /** Ends leadership, and the work if it goes on. {@return whether it was held} */
    boolean lose(DemotionReason why) {
        synchronized (this) {
            if (lost != null) {
                return false;
            }
            lost = why;
        }
        end(why);
        return true;
    }

    /** {@return why the work ends; empty while it goes on} */
    Optional<DemotionReason> reason() {
        return Optional.ofNullable(reason);
    }

    /** {@return why the lease is gone; empty while it is held} */
    Optional<DemotionReason> lost() {
        return Optional.ofNullable(lost);
    }

    /** {@return when the work was told to end, by the monotonic clock} */
    long endingNanos() {
        return endingNanos;
    }
}
