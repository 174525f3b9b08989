package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.readiness.SnapshotReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownAction;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownSpec.SamePriority;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import io.github.pavelagarkov.kernel.tck.rules.ShutdownRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Shutdown registries that are broken. */
final class BrokenRegistries {
    private static final Duration NEVER = Duration.ofDays(1);

    private BrokenRegistries() {}

    /** The registries of a provider, with something broken on the way in or on the way out. */
    public abstract static class Broken extends MemoryProvider {
        /** What the registry is really built with. */
        ShutdownSpec spec(ShutdownSpec asked) {
            return asked;
        }

        /** The barrier that the registry really takes down. */
        ReadinessBarrier barrier(ReadinessBarrier given, TckNode node) {
            return given;
        }

        /** What the test gets to see. */
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return real;
        }

        @Override
        public KernelFixture open(TckSetup setup) {
            return new MemoryFixture(new MemoryNetwork(setup)) {
                @Override
                public Optional<ShutdownRegistry> shutdownRegistry(
                        ShutdownSpec asked, ReadinessBarrier readiness, TckNode node) {
                    return super.shutdownRegistry(spec(asked), barrier(readiness, node), node)
                            .map(real -> breaks(real, readiness, asked));
                }
            };
        }
    }

    /** A registry that changes every hook on the way in. */
    private abstract static class EveryHook extends ForwardingRegistry {
        EveryHook(ShutdownRegistry real) {
            super(real);
        }

        abstract HookSpec change(HookSpec hook);

        @Override
        public final Registration register(String name, int priority, ShutdownAction action) {
            return super.register(change(HookSpec.of(name, priority, action)));
        }

        @Override
        public final Registration register(HookSpec hook) {
            return super.register(change(hook));
        }
    }

    private static HookSpec with(HookSpec hook, ShutdownAction action) {
        return new HookSpec(hook.name(), hook.priority(), hook.timeout(), action);
    }

    /** As the shutdown hooks of the JVM: all hooks of a priority at once, whatever was asked for. */
    @Breaks(value = "SD-1", in = ShutdownRules.class, says = "SEQUENTIAL hooks of one priority at the same time")
    public static final class AllAtOnce extends Broken {
        @Override
        ShutdownSpec spec(ShutdownSpec asked) {
            return asked.withSamePriority(SamePriority.PARALLEL);
        }
    }

    /** One after the other, whatever was asked for. */
    @Breaks(value = "SD-1", in = ShutdownRules.class, says = "PARALLEL hooks that wait for each other and return")
    public static final class OneAfterTheOther extends Broken {
        @Override
        ShutdownSpec spec(ShutdownSpec asked) {
            return asked.withSamePriority(SamePriority.SEQUENTIAL);
        }
    }

    /** As many stacks of closeables: within a priority the last one registered runs first. */
    @Breaks(value = "SD-1", in = ShutdownRules.class, says = "order in which hooks ran")
    public static final class LastRegisteredFirst extends Broken {
        private static final int ROOM = 90;

        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new EveryHook(real) {
                private final Map<Integer, Integer> registered = new ConcurrentHashMap<>();

                @Override
                HookSpec change(HookSpec hook) {
                    int earlier = registered.merge(hook.priority(), 1, Integer::sum);
                    int priority = Math.max(1, hook.priority() * ROOM + ROOM / 2 - Math.min(ROOM / 2, earlier));
                    return new HookSpec(hook.name(), priority, hook.timeout(), hook.action());
                }

                @Override
                public void runBelow(int priority) {
                    super.runBelow(priority * ROOM);
                }
            };
        }
    }

    /** As the Go seed, whose probe says ready until everything has stopped. */
    @Breaks(value = "SD-2", in = ShutdownRules.class, says = "time from readiness down to the first hook")
    public static final class ReadinessLast extends Broken {
        @Override
        ReadinessBarrier barrier(ReadinessBarrier given, TckNode node) {
            return SnapshotReadinessBarrier.create(node.clock(), KernelThreads.of(node.threads()), Events.none());
        }

        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new ForwardingRegistry(real) {
                @Override
                public ShutdownReport shutdown(String reason) {
                    ShutdownReport report = super.shutdown(reason);
                    barrier.beginShutdown(reason);
                    return report;
                }
            };
        }
    }

    /** Readiness goes down, and the first hook runs before a load balancer has seen it. */
    @Breaks(value = "SD-2", in = ShutdownRules.class, says = "time from readiness down to the first hook")
    public static final class NoDrainDelay extends Broken {
        @Override
        ShutdownSpec spec(ShutdownSpec asked) {
            return asked.withDrainDelay(Duration.ZERO);
        }
    }

    /** Stops the barrier, which the next start brings up again. */
    @Breaks(value = "SD-2", in = ShutdownRules.class, says = "state of the barrier after the shutdown")
    public static final class ReadinessOnlyStopped extends Broken {
        @Override
        ReadinessBarrier barrier(ReadinessBarrier given, TckNode node) {
            return new ForwardingBarrier(given) {
                @Override
                public void beginShutdown(String reason) {
                    stop();
                }
            };
        }
    }

    /** As the Go seed (A3): a hook that fails takes the rest with it. */
    @Breaks(value = "SD-3", in = ShutdownRules.class, says = "hooks that ran after one that threw")
    public static final class FirstFailureEndsAll extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new EveryHook(real) {
                private volatile boolean failed;

                @Override
                HookSpec change(HookSpec hook) {
                    return with(hook, context -> {
                        if (failed) {
                            return;
                        }
                        try {
                            hook.action().run(context);
                        } catch (Error e) {
                            failed = true;
                            throw e;
                        }
                    });
                }
            };
        }
    }

    /** As the Go seed (A5): a hook may take as long as it likes. */
    @Breaks(value = "SD-3", in = ShutdownRules.class, says = "hooks of 60 ticks that were interrupted")
    public static final class NoDeadlineForAHook extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new EveryHook(real) {
                @Override
                HookSpec change(HookSpec hook) {
                    return hook.withTimeout(NEVER);
                }
            };
        }
    }

    /** Leaves a hook behind and keeps to itself where it hangs. */
    @Breaks(value = "SD-3", in = ShutdownRules.class, says = "frames of the abandoned hook")
    public static final class AbandonsWithoutStack extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new ForwardingRegistry(real) {
                @Override
                public ShutdownReport shutdown(String reason) {
                    ShutdownReport report = super.shutdown(reason);
                    List<HookResult> hooks = report.hooks().stream()
                            .map(hook -> new HookResult(
                                    hook.name(), hook.priority(), hook.outcome(), hook.took(), hook.error(), List.of()))
                            .toList();
                    return new ShutdownReport(
                            report.reason(), report.took(), report.drained(), hooks, report.completed());
                }
            };
        }
    }

    /** As the Go seed (A5): the whole may take as long as it likes. */
    @Breaks(value = "SD-4", in = ShutdownRules.class, says = "the budget is PT5S")
    public static final class NoBudget extends Broken {
        @Override
        ShutdownSpec spec(ShutdownSpec asked) {
            return asked.withBudget(NEVER);
        }

        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new ForwardingRegistry(real) {
                @Override
                public Duration remaining() {
                    Duration left = super.remaining().minus(NEVER).plus(asked.budget());
                    return left.isNegative() ? Duration.ZERO : left;
                }
            };
        }
    }

    /** As fx: who has not had his turn when time runs out has none. */
    @Breaks(value = "SD-4", in = ShutdownRules.class, says = "hooks that ran although the first one hangs")
    public static final class DropsTheRest extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            Duration reserve = asked.budget().dividedBy(10);
            return new EveryHook(real) {
                @Override
                HookSpec change(HookSpec hook) {
                    return with(hook, context -> {
                        if (remaining().compareTo(reserve) >= 0) {
                            hook.action().run(context);
                        }
                    });
                }
            };
        }
    }

    /** The budget begins with the first hook, so that the process is killed by as much as it drained. */
    @Breaks(value = "SD-4", in = ShutdownRules.class, says = "left to the first hook after a drain")
    public static final class DrainDelayOnTop extends Broken {
        @Override
        ShutdownSpec spec(ShutdownSpec asked) {
            return asked.withBudget(asked.budget().plus(asked.drainDelay()));
        }
    }

    /** A slow client of the host takes the time of the hooks. */
    @Breaks(value = "SD-4", in = ShutdownRules.class, says = "budget left after the host waited")
    public static final class CountsTheHostsWait extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new ForwardingRegistry(real) {
                private volatile int asks;

                @Override
                @SuppressWarnings("NonAtomicVolatileUpdate") // asked by one thread
                public Duration remaining() {
                    Duration left = super.remaining();
                    if (state() != State.STOPPING) {
                        return left;
                    }
                    asks++;
                    return left.minusMillis(asks);
                }
            };
        }
    }

    /** As Quartz: the second caller returns at once, with less than there is to know. */
    @Breaks(value = "SD-5", in = ShutdownRules.class, says = "reports of calls at the same time")
    public static final class SecondCallerGetsLess extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new ForwardingRegistry(real) {
                @Override
                public ShutdownReport shutdown(String reason) {
                    return state() == State.RUNNING || report().isPresent()
                            ? super.shutdown(reason)
                            : new ShutdownReport(reason, Duration.ZERO, Duration.ZERO, List.of(), false);
                }
            };
        }
    }

    /** As a lock around the whole: a hook that asks for the shutdown waits for itself. */
    @Breaks(value = "SD-5", in = ShutdownRules.class, says = "which must not wait for that hook")
    public static final class HookWaitsForItself extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new ForwardingRegistry(real) {
                @Override
                public ShutdownReport shutdown(String reason) {
                    ShutdownReport report = super.shutdown(reason);
                    if (!report.completed()) {
                        waitForEver();
                    }
                    return report;
                }
            };
        }
    }

    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted at the deadline of the hook", e);
        }
    }

    /** As the Go seed (A4): the lock over the hooks keeps a hook from registering another. */
    @Breaks(value = "SD-6", in = ShutdownRules.class, says = "must not wait for the end of the shutdown")
    public static final class RegisterWaitsForTheEnd extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new ForwardingRegistry(real) {
                private volatile boolean running;

                @Override
                public Registration register(String name, int priority, ShutdownAction action) {
                    if (running) {
                        waitForEver();
                    }
                    return super.register(name, priority, action);
                }

                @Override
                public ShutdownReport shutdown(String reason) {
                    running = true;
                    try {
                        return super.shutdown(reason);
                    } finally {
                        running = false;
                    }
                }
            };
        }
    }

    /** As Dropwizard: what comes late is taken, and forgotten. */
    @Breaks(value = "SD-6", in = ShutdownRules.class, says = "order in which hooks ran")
    public static final class ForgetsLateHooks extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new ForwardingRegistry(real) {
                @Override
                public Registration register(String name, int priority, ShutdownAction action) {
                    return state() == State.RUNNING ? super.register(name, priority, action) : () -> false;
                }
            };
        }
    }

    /** As the Go seed: what is registered stays. */
    @Breaks(value = "SD-7", in = ShutdownRules.class, says = "remove() before the hook's turn")
    public static final class KeepsWhatIsTakenBack extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new ForwardingRegistry(real) {
                @Override
                public Registration register(String name, int priority, ShutdownAction action) {
                    Registration unused = super.register(name, priority, action);
                    return () -> false;
                }
            };
        }
    }

    /** As a map: the second hook of a name takes the place of the first. */
    @Breaks(value = "SD-7", in = ShutdownRules.class, says = "register() with a name that is taken")
    public static final class SecondNameWins extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new ForwardingRegistry(real) {
                private final Map<String, Registration> byName = new ConcurrentHashMap<>();

                @Override
                public Registration register(String name, int priority, ShutdownAction action) {
                    Optional.ofNullable(byName.remove(name)).ifPresent(Registration::remove);
                    Registration added = super.register(name, priority, action);
                    byName.put(name, added);
                    return added;
                }
            };
        }
    }

    /** Runs hooks with the class loader of the library. */
    @Breaks(value = "SD-10", in = ShutdownRules.class, says = "context class loader of a hook")
    public static final class OwnClassLoader extends Broken {
        @Override
        ShutdownRegistry breaks(ShutdownRegistry real, ReadinessBarrier barrier, ShutdownSpec asked) {
            return new EveryHook(real) {
                @Override
                HookSpec change(HookSpec hook) {
                    return with(hook, context -> {
                        Thread.currentThread().setContextClassLoader(BrokenRegistries.class.getClassLoader());
                        hook.action().run(context);
                    });
                }
            };
        }
    }
}
