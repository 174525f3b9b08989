package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot.Status;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import io.github.pavelagarkov.kernel.tck.rules.ReadinessRules;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/** Readiness barriers that are broken. */
final class BrokenBarriers {
    private BrokenBarriers() {}

    /** The barriers of a provider, with something broken. */
    public abstract static class Broken extends MemoryProvider {
        abstract ReadinessBarrier breaks(ReadinessBarrier real, TckNode node);

        @Override
        public KernelFixture open(TckSetup setup) {
            return new MemoryFixture(new MemoryNetwork(setup)) {
                @Override
                public Optional<ReadinessBarrier> readinessBarrier(TckNode node) {
                    return super.readinessBarrier(node).map(real -> breaks(real, node));
                }
            };
        }
    }

    /** As the Go seed: nothing registered is ready. */
    @Breaks(value = "RB-1", in = ReadinessRules.class, says = "an empty barrier is ready")
    public static final class ReadyWhenEmpty extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                @Override
                public boolean isReady() {
                    return super.isReady() || snapshot().components().isEmpty();
                }
            };
        }
    }

    /** As the Go seed (B6): the last subsystem that speaks decides for all. */
    @Breaks(value = "RB-1", in = ReadinessRules.class, says = "ready with one of two components ready")
    public static final class OneIsEnough extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                @Override
                public boolean isReady() {
                    return snapshot().state() == State.RUNNING
                            && snapshot().components().values().stream().anyMatch(Status::ready);
                }
            };
        }
    }

    /** As the Go seed (B1): now and then a signal is queued when its call returns. */
    @Breaks(value = "RB-2", in = ReadinessRules.class, says = "ready after ready(), round 499")
    public static final class QueuesASignal extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                @Override
                public ReadinessComponent component(String name) {
                    AtomicInteger signals = new AtomicInteger();
                    return new ForwardingComponent(super.component(name)) {
                        @Override
                        public SignalResult ready() {
                            return signals.incrementAndGet() % 500 == 0 ? SignalResult.APPLIED : super.ready();
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed (B3): a signal between stop and start takes effect in the next run. */
    @Breaks(value = "RB-2", in = ReadinessRules.class, says = "ready by a signal before start()")
    public static final class KeepsASignal extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                private final List<ReadinessComponent> kept = new CopyOnWriteArrayList<>();

                @Override
                public ReadinessComponent component(String name) {
                    return new ForwardingComponent(super.component(name)) {
                        @Override
                        public SignalResult ready() {
                            SignalResult result = super.ready();
                            if (result == SignalResult.NOT_RUNNING) {
                                kept.add(this);
                            }
                            return result;
                        }
                    };
                }

                @Override
                public void start() {
                    super.start();
                    kept.forEach(ReadinessComponent::ready);
                }
            };
        }
    }

    /** One lock for reading and for telling. */
    @Breaks(value = "RB-3a", in = ReadinessRules.class, says = "isReady() returns while a listener hangs")
    public static final class ReadingWaitsForListeners extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                private final ReentrantLock lock = new ReentrantLock();

                @Override
                public Registration addListener(ReadinessListener listener) {
                    return super.addListener((previous, current) -> {
                        boolean first = lock.tryLock();
                        try {
                            listener.onChange(previous, current);
                        } finally {
                            if (first) {
                                lock.unlock();
                            }
                        }
                    });
                }

                @Override
                public boolean isReady() {
                    lock.lock();
                    try {
                        return super.isReady();
                    } finally {
                        lock.unlock();
                    }
                }
            };
        }
    }

    /** Counts what changes nothing. */
    @Breaks(value = "RB-4", in = ReadinessRules.class, says = "versions: new, start, component, ready, nothing new")
    public static final class CountsWhatChangesNothing extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                @Override
                public ReadinessComponent component(String name) {
                    return new ForwardingComponent(super.component(name)) {
                        @Override
                        public SignalResult ready() {
                            SignalResult result = super.ready();
                            if (result == SignalResult.UNCHANGED) {
                                super.notReady("ready again");
                                super.ready();
                            }
                            return result;
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed (B6): not ready, and nobody knows why. */
    @Breaks(value = "RB-4", in = ReadinessRules.class, says = "reason of the component")
    public static final class KnowsNoReasons extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                @Override
                public ReadinessComponent component(String name) {
                    return new ForwardingComponent(super.component(name)) {
                        @Override
                        public SignalResult notReady(String reason) {
                            return super.notReady("");
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed (B7): stops everything else first and calls itself not ready at the end. */
    @Breaks(value = "RB-5", in = ReadinessRules.class, says = "ready while stop() is under way")
    public static final class NotReadyLast extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                @Override
                public void stop() {
                    try {
                        node.clock()
                                .park(node.clock().nanoTime()
                                        + Duration.ofSeconds(1).toNanos());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    super.stop();
                }
            };
        }
    }

    /** A second start is a new start. */
    @Breaks(value = "RB-5", in = ReadinessRules.class, says = "snapshot after start() while running")
    public static final class StartsAfresh extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                @Override
                public void start() {
                    super.stop();
                    super.start();
                }
            };
        }
    }

    /** As most: the end is a stop like any other, and a late signal calls traffic back. */
    @Breaks(value = "RB-6", in = ReadinessRules.class, says = "start() after beginShutdown()")
    public static final class ShutdownIsAStop extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                @Override
                public void beginShutdown(String reason) {
                    stop();
                }
            };
        }
    }

    /** Looks when the wait begins and when it ends. */
    @Breaks(value = "RB-7", in = ReadinessRules.class, says = "awaitReady() returns when it is ready")
    public static final class SleepsThroughTheSignal extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                @Override
                public boolean awaitReady(Duration atMost) throws InterruptedException {
                    long end = node.clock().nanoTime() + atMost.toNanos();
                    while (!isReady()
                            && snapshot().state() != State.TERMINATED
                            && node.clock().nanoTime() - end < 0) {
                        long nextLook =
                                node.clock().nanoTime() + Duration.ofSeconds(5).toNanos();
                        boolean last = end - nextLook < 0;
                        node.clock().park(last ? end : nextLook);
                    }
                    return isReady();
                }
            };
        }
    }

    /** Hands out the promise of the first caller to everybody. */
    @Breaks(value = "RB-7", in = ReadinessRules.class, says = "whenReady() asked for after that moment")
    public static final class OnePromiseForAll extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            CompletionStage<ReadinessSnapshot> promise = real.whenReady();
            return new ForwardingBarrier(real) {
                @Override
                public CompletionStage<ReadinessSnapshot> whenReady() {
                    return promise;
                }
            };
        }
    }

    /** Tells each change when it comes and once more to be sure. */
    @Breaks(value = "RB-8", in = ReadinessRules.class, says = "versions that a listener was told")
    public static final class TellsTwice extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                @Override
                public Registration addListener(ReadinessListener listener) {
                    return super.addListener((previous, current) -> {
                        listener.onChange(previous, current);
                        listener.onChange(previous, current);
                    });
                }
            };
        }
    }

    /** One after the other on one thread: the one that hangs keeps the others from hearing anything. */
    @Breaks(value = "RB-8", in = ReadinessRules.class, says = "a listener is told while another hangs")
    public static final class OneThreadForAllListeners extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                private final List<ReadinessListener> listeners = new CopyOnWriteArrayList<>();
                private final AtomicBoolean listening = new AtomicBoolean();

                @Override
                public Registration addListener(ReadinessListener listener) {
                    listeners.add(listener);
                    if (listening.compareAndSet(false, true)) {
                        Registration unused = super.addListener(
                                (previous, current) -> listeners.forEach(each -> each.onChange(previous, current)));
                    }
                    return () -> listeners.remove(listener);
                }
            };
        }
    }

    /** The thread that signals calls the listeners. */
    @Breaks(value = "RB-8", in = ReadinessRules.class, says = "ready() returns although a listener hangs")
    public static final class TheSignallerTells extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckNode node) {
            return new ForwardingBarrier(real) {
                private final List<ReadinessListener> listeners = new CopyOnWriteArrayList<>();

                private void tell(ReadinessSnapshot previous) {
                    listeners.forEach(listener -> listener.onChange(previous, snapshot()));
                }

                @Override
                public Registration addListener(ReadinessListener listener) {
                    listeners.add(listener);
                    return () -> listeners.remove(listener);
                }

                @Override
                public ReadinessComponent component(String name) {
                    return new ForwardingComponent(super.component(name)) {
                        @Override
                        public SignalResult ready() {
                            ReadinessSnapshot before = snapshot();
                            SignalResult result = super.ready();
                            tell(before);
                            return result;
                        }
                    };
                }

                @Override
                public void stop() {
                    ReadinessSnapshot before = snapshot();
                    super.stop();
                    tell(before);
                }
            };
        }
    }
}
