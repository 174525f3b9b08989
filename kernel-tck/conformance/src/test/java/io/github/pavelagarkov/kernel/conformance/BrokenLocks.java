package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.lock.LockHandle;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import io.github.pavelagarkov.kernel.tck.rules.DistributedLockRules;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Distributed locks that are broken. */
final class BrokenLocks {
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private BrokenLocks() {}

    /** Gives each test the locks of a network of its own, broken. */
    private abstract static class LockProvider extends MemoryProvider {
        abstract DistributedLock broken(DistributedLock real, TckNode node, MemoryNetwork network);

        @Override
        public KernelFixture open(TckSetup setup) {
            return new MemoryFixture(new MemoryNetwork(setup)) {
                @Override
                public Optional<DistributedLock> lock(TckNode node) {
                    return super.lock(node).map(real -> broken(real, node, network));
                }
            };
        }
    }

    /** Locks that are well, with handles that are not. */
    private abstract static class HandleProvider extends LockProvider {
        abstract LockHandle broken(LockHandle real, MemoryNetwork network);

        @Override
        DistributedLock broken(DistributedLock locks, TckNode node, MemoryNetwork network) {
            return new ForwardingLock(locks) {
                @Override
                public Optional<LockHandle> tryLock(String name, Duration ttl) {
                    return super.tryLock(name, ttl).map(real -> broken(real, network));
                }

                @Override
                public Optional<LockHandle> lock(String name, Duration ttl, Duration wait) throws InterruptedException {
                    return super.lock(name, ttl, wait).map(real -> broken(real, network));
                }
            };
        }
    }

    /** Ends its wait between two rounds of five seconds. */
    @Breaks(value = "DL-1", in = DistributedLockRules.class, says = "time waited of")
    public static final class WaitsLongerThanTold extends LockProvider {
        @Override
        DistributedLock broken(DistributedLock real, TckNode node, MemoryNetwork network) {
            return new ForwardingLock(real) {
                @Override
                public Optional<LockHandle> lock(String name, Duration ttl, Duration wait) throws InterruptedException {
                    return super.lock(name, ttl, wait.isNegative() ? wait : wait.plusSeconds(5));
                }
            };
        }
    }

    /** Asks twice a second and hears nothing. */
    @Breaks(value = "DL-1", in = DistributedLockRules.class, says = "by the notification of its release")
    public static final class Polls extends LockProvider {
        @Override
        DistributedLock broken(DistributedLock real, TckNode node, MemoryNetwork network) {
            return new ForwardingLock(real) {
                @Override
                public Optional<LockHandle> lock(String name, Duration ttl, Duration wait) throws InterruptedException {
                    if (wait.isNegative()) {
                        return super.lock(name, ttl, wait);
                    }
                    KernelClock clock = node.clock();
                    long until = clock.nanoTime() + wait.toNanos();
                    Optional<LockHandle> got = tryLock(name, ttl);
                    while (got.isEmpty() && clock.nanoTime() - until < 0) {
                        clock.park(clock.nanoTime() + Math.min(until - clock.nanoTime(), 500_000_000));
                        got = tryLock(name, ttl);
                    }
                    return got;
                }
            };
        }
    }

    /** Deletes the key, whoever's it is. */
    @Breaks(value = "DL-2", in = DistributedLockRules.class, says = "the next holder extends")
    public static final class FreesWhateverIsThere extends HandleProvider {
        @Override
        LockHandle broken(LockHandle real, MemoryNetwork network) {
            return new ForwardingHandle(real) {
                @Override
                public boolean unlock() {
                    boolean done = super.unlock();
                    if (!done) {
                        network.delete(LeaseKey.lock(name()));
                    }
                    return done;
                }
            };
        }
    }

    /** A close that complains. */
    @Breaks(value = "DL-2", in = DistributedLockRules.class, says = "close failed")
    public static final class CloseThrows extends HandleProvider {
        @Override
        LockHandle broken(LockHandle real, MemoryNetwork network) {
            return new ForwardingHandle(real) {
                @Override
                public void close() {
                    if (!unlock()) {
                        throw new IllegalStateException("lock '" + name() + "' is not held");
                    }
                }
            };
        }
    }

    /** Believes in its lock by a sum of its own. */
    private static final class BelievingHandle extends ForwardingHandle {
        private final KernelClock clock;
        private final int tenths;
        private volatile long until;
        private volatile boolean ended;

        BelievingHandle(LockHandle real, KernelClock clock, int tenths, long from, Duration ttl) {
            super(real);
            this.clock = clock;
            this.tenths = tenths;
            this.until = believed(from, ttl);
        }

        private long believed(long from, Duration ttl) {
            return from + ttl.toNanos() / 10 * tenths;
        }

        @Override
        public boolean isHeld() {
            return !ended && clock.nanoTime() - until < 0;
        }

        @Override
        public Duration remaining() {
            return isHeld() ? Duration.ofNanos(until - clock.nanoTime()) : Duration.ZERO;
        }

        @Override
        public boolean extend(Duration ttl) {
            long from = clock.nanoTime();
            boolean done = super.extend(ttl);
            ended = !done;
            until = believed(from, ttl);
            return done;
        }

        @Override
        public boolean unlock() {
            ended = true;
            return super.unlock();
        }
    }

    /** Believes in its lock until the last moment. */
    @Breaks(value = "DL-3", in = DistributedLockRules.class, says = "remaining() of a lock of")
    public static final class TrustsTheWholeTtl extends LockProvider {
        @Override
        DistributedLock broken(DistributedLock locks, TckNode node, MemoryNetwork network) {
            return new ForwardingLock(locks) {
                @Override
                public Optional<LockHandle> tryLock(String name, Duration ttl) {
                    long from = node.clock().nanoTime();
                    return super.tryLock(name, ttl).map(real -> new BelievingHandle(real, node.clock(), 10, from, ttl));
                }
            };
        }
    }

    /** Reads the clock when the answer is there. */
    @Breaks(value = "DL-3", in = DistributedLockRules.class, says = "whose grant was answered after")
    public static final class CountsFromTheAnswer extends LockProvider {
        @Override
        DistributedLock broken(DistributedLock locks, TckNode node, MemoryNetwork network) {
            return new ForwardingLock(locks) {
                @Override
                public Optional<LockHandle> tryLock(String name, Duration ttl) {
                    return super.tryLock(name, ttl)
                            .map(real -> new BelievingHandle(
                                    real, node.clock(), 9, node.clock().nanoTime(), ttl));
                }
            };
        }
    }

    /** Loses the lock in silence. */
    @Breaks(value = "DL-4", in = DistributedLockRules.class, says = "onLost is called")
    public static final class LosesInSilence extends HandleProvider {
        @Override
        LockHandle broken(LockHandle real, MemoryNetwork network) {
            return new ForwardingHandle(real) {
                @Override
                public Registration onLost(Runnable action) {
                    return super.onLost(() -> {});
                }
            };
        }
    }

    /** Once by the watch, once by whoever finds out next. */
    @Breaks(value = "DL-4", in = DistributedLockRules.class, says = "calls of one onLost action")
    public static final class TellsTwice extends HandleProvider {
        @Override
        LockHandle broken(LockHandle real, MemoryNetwork network) {
            return new ForwardingHandle(real) {
                private volatile Optional<Runnable> first = Optional.empty();

                @Override
                public Registration onLost(Runnable action) {
                    first = first.or(() -> Optional.of(action));
                    return super.onLost(action);
                }

                @Override
                public boolean unlock() {
                    boolean done = super.unlock();
                    if (!done) {
                        first.ifPresent(Runnable::run);
                    }
                    return done;
                }
            };
        }
    }

    /** A lock without a token, but for the type. */
    @Breaks(value = "DL-5", in = DistributedLockRules.class, says = "fencing tokens must rise strictly")
    public static final class OneToken extends HandleProvider {
        @Override
        LockHandle broken(LockHandle real, MemoryNetwork network) {
            return new ForwardingHandle(real) {
                @Override
                public long fencingToken() {
                    return 1;
                }
            };
        }
    }

    /** Makes the best of a ttl that is too short. */
    @Breaks(value = "DL-7", in = DistributedLockRules.class, says = "must be refused")
    public static final class RoundsUp extends LockProvider {
        @Override
        DistributedLock broken(DistributedLock real, TckNode node, MemoryNetwork network) {
            return new ForwardingLock(real) {
                @Override
                public Optional<LockHandle> tryLock(String name, Duration ttl) {
                    return super.tryLock(name, ttl.compareTo(SHORTEST) < 0 ? SHORTEST : ttl);
                }
            };
        }
    }

    /** Excludes nearly always: every tenth grant is of another lock. */
    @Breaks(value = "DL-8", in = DistributedLockRules.class, says = "two holders at once")
    public static final class LetsEveryTenthIn extends LockProvider {
        @Override
        DistributedLock broken(DistributedLock real, TckNode node, MemoryNetwork network) {
            AtomicInteger calls = new AtomicInteger();
            return new ForwardingLock(real) {
                @Override
                public Optional<LockHandle> lock(String name, Duration ttl, Duration wait) throws InterruptedException {
                    return super.lock(calls.incrementAndGet() % 10 == 0 ? name + "-x" : name, ttl, wait);
                }
            };
        }
    }
}
