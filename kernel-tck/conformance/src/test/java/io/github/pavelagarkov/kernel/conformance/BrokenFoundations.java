package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.lock.LockHandle;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.shutdown.ShutdownAction;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import io.github.pavelagarkov.kernel.tck.rules.FoundationRules;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Implementations that break what all contracts have in common. */
final class BrokenFoundations {
    private BrokenFoundations() {}

    /** The parts of a provider, each of which may be broken. */
    public abstract static class Broken extends MemoryProvider {
        ReadinessBarrier breaks(ReadinessBarrier real, TckSetup setup) {
            return real;
        }

        ShutdownRegistry breaks(ShutdownRegistry real) {
            return real;
        }

        JobScheduler breaks(JobScheduler real) {
            return real;
        }

        LeaderElector breaks(LeaderElector real) {
            return real;
        }

        DistributedLock breaks(DistributedLock real) {
            return real;
        }

        @Override
        public KernelFixture open(TckSetup setup) {
            return new MemoryFixture(new MemoryNetwork(setup)) {
                @Override
                public Optional<ReadinessBarrier> readinessBarrier(TckNode node) {
                    return super.readinessBarrier(node).map(real -> breaks(real, setup));
                }

                @Override
                public Optional<ShutdownRegistry> shutdownRegistry(
                        ShutdownSpec spec, ReadinessBarrier readiness, TckNode node) {
                    return super.shutdownRegistry(spec, readiness, node).map(real -> breaks(real));
                }

                @Override
                public Optional<JobScheduler> scheduler(
                        SchedulerSpec spec, List<ContextCarrier> carriers, TckNode node) {
                    return super.scheduler(spec, carriers, node).map(real -> breaks(real));
                }

                @Override
                public Optional<LeaderElector> elector(TckNode node) {
                    return super.elector(node).map(real -> breaks(real));
                }

                @Override
                public Optional<DistributedLock> lock(TckNode node) {
                    return super.lock(node).map(real -> breaks(real));
                }
            };
        }
    }

    /** Makes a name of what is none. */
    @Breaks(value = "TM-2", in = FoundationRules.class, says = "ReadinessBarrier.component with the name ''")
    public static final class RepairsNames extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckSetup setup) {
            return new ForwardingBarrier(real) {
                @Override
                public ReadinessComponent component(String name) {
                    String repaired = "a" + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
                    return super.component(repaired.substring(0, Math.min(63, repaired.length())));
                }
            };
        }
    }

    /** Says that a name is wrong, and not which. */
    @Breaks(value = "TM-2", in = FoundationRules.class, says = "the name of the lock is wrong")
    public static final class HidesTheName extends Broken {
        @Override
        DistributedLock breaks(DistributedLock real) {
            return new ForwardingLock(real) {
                @Override
                public Optional<LockHandle> tryLock(String name, Duration ttl) {
                    try {
                        return super.tryLock(name, ttl);
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException("the name of the lock is wrong", e);
                    }
                }
            };
        }
    }

    /** Knows better who it is. */
    @Breaks(value = "TM-3", in = FoundationRules.class, says = "identity() of an elector that was told one")
    public static final class OwnIdentity extends Broken {
        @Override
        LeaderElector breaks(LeaderElector real) {
            return new ForwardingElector(real) {
                @Override
                public String identity() {
                    // The identities of the other tests are short: they stay as they are.
                    return super.identity().contains(":") ? "localhost:1:000000" : super.identity();
                }
            };
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E asItIs(Throwable error) throws E {
        throw (E) error;
    }

    /** Lets a checked exception through that no signature shows. */
    @Breaks(value = "TM-4", in = FoundationRules.class, says = "runBelow() before begin()")
    public static final class ThrowsCheckedExceptions extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real) {
            return new ForwardingRegistry(real) {
                @Override
                public void runBelow(int priority) {
                    if (state() == ShutdownRegistry.State.RUNNING) {
                        throw BrokenFoundations.<RuntimeException>asItIs(new IOException("not begun"));
                    }
                    super.runBelow(priority);
                }
            };
        }
    }

    /** Answers an interrupt with "not ready". */
    @Breaks(value = "TM-4", in = FoundationRules.class, says = "awaitReady() when it is interrupted")
    public static final class SwallowsInterrupts extends Broken {
        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckSetup setup) {
            return new ForwardingBarrier(real) {
                @Override
                public boolean awaitReady(Duration atMost) {
                    try {
                        return super.awaitReady(atMost);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return false;
                    }
                }
            };
        }
    }

    /** Hands the driver's trouble out as it is. */
    @Breaks(value = "TM-4", in = FoundationRules.class, says = "connection refused")
    public static final class ThrowsWhatTheDriverThrows extends Broken {
        @Override
        DistributedLock breaks(DistributedLock real) {
            return new ForwardingLock(real) {
                @Override
                public Optional<LockHandle> tryLock(String name, Duration ttl) {
                    try {
                        return super.tryLock(name, ttl);
                    } catch (KernelException e) {
                        throw new UnsupportedOperationException("connection refused", e);
                    }
                }
            };
        }
    }

    /** Says "no report yet" by null. */
    @Breaks(value = "TM-5", in = FoundationRules.class, says = "ShutdownRegistry.report(), which must not be null")
    public static final class NoReportIsNull extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real) {
            return new ForwardingRegistry(real) {
                @Override
                @SuppressWarnings({"NullAway", "OptionalAssignedToNull", "NullOptional"}) // the defect
                public Optional<ShutdownReport> report() {
                    return super.report().isEmpty() ? null : super.report();
                }
            };
        }
    }

    /** One barrier for the whole JVM, as far as a test can tell. */
    @Breaks(value = "TM-6", in = FoundationRules.class, says = "components of a barrier, registered with another")
    public static final class OneBarrierForAll extends Broken {
        private final Map<String, ReadinessBarrier> shared = new ConcurrentHashMap<>();

        @Override
        ReadinessBarrier breaks(ReadinessBarrier real, TckSetup setup) {
            return shared.computeIfAbsent(setup.application(), application -> real);
        }
    }

    /** Takes a second start for a mistake. */
    @Breaks(value = "TM-7", in = FoundationRules.class, says = "a second start() or stop() of JobScheduler")
    public static final class RefusesASecondStart extends Broken {
        @Override
        JobScheduler breaks(JobScheduler real) {
            return new ForwardingScheduler(real) {
                @Override
                public void start() {
                    if (state() == JobScheduler.State.RUNNING) {
                        throw new IllegalStateException("scheduler '" + name() + "' has been started");
                    }
                    super.start();
                }
            };
        }
    }

    /** As Quartz: "cannot be restarted after shutdown". */
    @Breaks(value = "TM-8", in = FoundationRules.class, says = "the second life of JobScheduler")
    public static final class HasOneLife extends Broken {
        @Override
        JobScheduler breaks(JobScheduler real) {
            return new ForwardingScheduler(real) {
                @Override
                public void start() {
                    if (state() == JobScheduler.State.STOPPED) {
                        throw new IllegalStateException("scheduler '" + name() + "' is STOPPED");
                    }
                    super.start();
                }
            };
        }
    }

    /** Takes what nobody will run. */
    @Breaks(value = "TM-8", in = FoundationRules.class, says = "register() with a registry that has ended")
    public static final class TakesHooksAfterTheEnd extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real) {
            return new ForwardingRegistry(real) {
                @Override
                public Registration register(String name, int priority, ShutdownAction action) {
                    return state() == ShutdownRegistry.State.STOPPED
                            ? () -> false
                            : super.register(name, priority, action);
                }
            };
        }
    }
}
