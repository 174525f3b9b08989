package io.github.pavelagarkov.kernel.core.internal.lock;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.lock.LockHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/** One grant. Trusted for nine tenths of its ttl, counted from before the request was sent. */
final class LeaseLockHandle implements LockHandle {
    private enum State {
        HELD,
        LOST,
        UNLOCKED
    }

    private record Until(long nanos, long wallMillis) {}

    private final LeaseDistributedLock owner;
    private final LeaseKey key;
    private final String leaseId;
    private final long fencingToken;
    private final Object lock = new Object();
    /** INVARIANT: written under lock. */
    private volatile State state = State.HELD;

    private volatile Until until;
    private final List<Runnable> onLost = new ArrayList<>(1);
    private final HeapTimer.Task expiry = new HeapTimer.Task() {
        @Override
        protected void fire(long nowNanos) {
            expired(nowNanos);
        }
    };

    LeaseLockHandle(
            LeaseDistributedLock owner,
            LeaseKey key,
            String leaseId,
            long fencingToken,
            Duration ttl,
            long sentNanos,
            long sentWall) {
        this.owner = owner;
        this.key = key;
        this.leaseId = leaseId;
        this.fencingToken = fencingToken;
        this.until = trusted(ttl, sentNanos, sentWall);
        owner.timer().schedule(expiry, until.nanos());
    }

    private static Until trusted(Duration ttl, long sentNanos, long sentWall) {
        long nanos = Deadlines.nanos(ttl);
        long trusted = nanos - nanos / 10;
        return new Until(
                sentNanos + trusted, sentWall + Duration.ofNanos(trusted).toMillis() + 1);
    }

    @Override
    public String name() {
        return key.name();
    }

    @Override
    public long fencingToken() {
        return fencingToken;
    }

    @Override
    public boolean isHeld() {
        Until now = until;
        return state == State.HELD
                && owner.clock().nanoTime() - now.nanos() < 0
                && owner.clock().wallMillis() < now.wallMillis();
    }

    @Override
    public Duration remaining() {
        return isHeld() ? Deadlines.left(owner.clock(), until.nanos()) : Duration.ZERO;
    }

    @Override
    public boolean extend(Duration ttl) {
        Check.atLeast("ttl of lock '" + name() + "'", ttl, Duration.ofMillis(1));
        if (state != State.HELD) {
            return false;
        }
        long sentNanos = owner.clock().nanoTime();
        long sentWall = owner.clock().wallMillis();
        LeaseReply reply;
        try {
            reply = owner.ask(new LeaseRequest(key, LeaseRequest.Mode.RENEW, leaseId, owner.identity(), ttl));
        } catch (InterruptedException e) {
            throw interrupted("extending", e);
        }
        if (!(reply instanceof LeaseReply.Held)) {
            end(State.LOST, "the store says that it is held by another or by nobody");
            return false;
        }
        boolean held;
        synchronized (lock) {
            held = state == State.HELD;
            if (held) {
                until = trusted(ttl, sentNanos, sentWall);
                owner.timer().schedule(expiry, until.nanos());
            }
        }
        if (!held) {
            // Lost while the store was asked: nobody would give back what it has just prolonged.
            owner.giveBack(key, leaseId);
        }
        return isHeld();
    }

    @Override
    public boolean unlock() {
        if (!end(State.UNLOCKED, "")) {
            return false;
        }
        try {
            return owner.release(key, leaseId);
        } catch (InterruptedException e) {
            throw interrupted("unlocking", e);
        }
    }

    private BackendUnavailableException interrupted(String what, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new BackendUnavailableException(
                "interrupted while " + what + " '" + name() + "'; its outcome is unknown", cause);
    }

    @Override
    public Registration onLost(Runnable action) {
        Check.notNull("onLost action of lock '" + name() + "'", action);
        synchronized (lock) {
            if (state == State.HELD) {
                onLost.add(action);
                return () -> remove(action);
            }
            if (state == State.UNLOCKED) {
                return () -> false;
            }
        }
        run(action);
        return () -> false;
    }

    private boolean remove(Runnable action) {
        synchronized (lock) {
            return onLost.remove(action);
        }
    }

    @Override
    public void close() {
        try {
            unlock();
        } catch (BackendUnavailableException e) {
            report("could not be given back: " + e.getMessage());
        }
    }

    private void expired(long now) {
        if (now - until.nanos() >= 0) {
            end(State.LOST, "its time ran out before it was given back");
        }
    }

    private boolean end(State how, String trouble) {
        List<Runnable> toCall;
        synchronized (lock) {
            if (state != State.HELD) {
                return false;
            }
            state = how;
            toCall = how == State.LOST ? List.copyOf(onLost) : List.of();
            onLost.clear();
        }
        owner.timer().cancel(expiry);
        if (how == State.LOST) {
            report(trouble);
            toCall.forEach(this::run);
        }
        return true;
    }

    private void run(Runnable action) {
        try {
            owner.executor().execute(action);
        } catch (RejectedExecutionException | IllegalStateException e) {
            report("its onLost action found no thread: " + e.getMessage());
        }
    }

    private void report(String trouble) {
        owner.events().publish(() -> new LeaderEvent.LockTrouble(name(), fencingToken, trouble));
    }

    @Override
    public String toString() {
        return "lock " + name() + " " + state + ", token " + fencingToken;
    }
}
