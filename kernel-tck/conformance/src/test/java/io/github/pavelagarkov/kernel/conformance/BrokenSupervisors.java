package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.CancellationToken;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.rules.LeaderSupervisorRules;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Supervisors that are broken. Those "as the Go seed" are the defects of the library that this one replaces.
 */
final class BrokenSupervisors {
    private BrokenSupervisors() {}

    private static class ForwardingSubsystem implements Subsystem {
        private final Subsystem real;

        ForwardingSubsystem(Subsystem real) {
            this.real = real;
        }

        @Override
        public String name() {
            return real.name();
        }

        @Override
        public void start(LeaderScope scope) throws Exception {
            real.start(scope);
        }

        @Override
        public void stop(DemotionReason reason, Duration atMost) throws Exception {
            real.stop(reason, atMost);
        }
    }

    /** As the Go seed: what was asked for before is started, whatever has become of the lease meanwhile. */
    @Breaks(value = "LS-1", in = LeaderSupervisorRules.class, says = "lease was lost during the start")
    public static final class StartsWhatIsInItsQueue extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Subsystem[] subsystems(Subsystem... real) {
                    Subsystem[] queue = real.clone();
                    for (int i = 0; i < real.length - 1; i++) {
                        Subsystem next = real[i + 1];
                        queue[i] = new ForwardingSubsystem(real[i]) {
                            @Override
                            public void start(LeaderScope scope) throws Exception {
                                super.start(scope);
                                if (!scope.isActive()) {
                                    next.start(scope);
                                }
                            }
                        };
                    }
                    return queue;
                }
            };
        }
    }

    /** As the Go seed: what could not be started is not stopped. */
    @Breaks(value = "LS-2", in = LeaderSupervisorRules.class, says = "one for each start that was entered")
    public static final class ForgetsAFailedStart extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Subsystem subsystem(Subsystem real) {
                    AtomicBoolean started = new AtomicBoolean();
                    return new ForwardingSubsystem(real) {
                        @Override
                        public void start(LeaderScope scope) throws Exception {
                            super.start(scope);
                            started.set(true);
                        }

                        @Override
                        public void stop(DemotionReason reason, Duration atMost) throws Exception {
                            if (started.getAndSet(false)) {
                                super.stop(reason, atMost);
                            }
                        }
                    };
                }
            };
        }
    }

    /** Stops what has not finished to start. */
    @Breaks(value = "LS-2", in = LeaderSupervisorRules.class, says = "calls while start runs")
    public static final class StopsBesideAStart extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Subsystem subsystem(Subsystem real) {
                    return new ForwardingSubsystem(real) {
                        @Override
                        public void start(LeaderScope scope) throws Exception {
                            CompletableFuture<Optional<Exception>> outcome = new CompletableFuture<>();
                            beside(() -> outcome.complete(failure(() -> super.start(scope))));
                            until(() -> outcome.isDone() || scope.cancellation().isCancelled());
                            Optional<Exception> failure = outcome.getNow(Optional.empty());
                            if (failure.isPresent()) {
                                throw failure.get();
                            }
                        }
                    };
                }
            };
        }
    }

    /** Stops one subsystem after the other. */
    @Breaks(value = "LS-3", in = LeaderSupervisorRules.class, says = "being stopped at the same time")
    public static final class StopsOneAfterTheOther extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Subsystem[] subsystems(Subsystem... real) {
                    return new Subsystem[] {new Group(real)};
                }
            };
        }
    }

    /** As the Go seed: waits for a stop however long it takes. */
    @Breaks(value = "LS-3", in = LeaderSupervisorRules.class, says = "a stop that does not end is interrupted")
    public static final class WaitsForAStopForEver extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Subsystem subsystem(Subsystem real) {
                    return new ForwardingSubsystem(real) {
                        @Override
                        public void stop(DemotionReason reason, Duration atMost) {
                            AtomicBoolean stopped = new AtomicBoolean();
                            beside(() -> {
                                var unused = failure(() -> super.stop(reason, atMost));
                                stopped.set(true);
                            });
                            until(stopped::get);
                        }
                    };
                }
            };
        }
    }

    /** Gives a stop in peace the time that it was told, whatever becomes of the lease. */
    @Breaks(value = "LS-3", in = LeaderSupervisorRules.class, says = "a graceful stop is interrupted")
    public static final class KeepsItsWordToAGracefulStop extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Subsystem subsystem(Subsystem real) {
                    return new ForwardingSubsystem(real) {
                        @Override
                        public void stop(DemotionReason reason, Duration atMost) throws Exception {
                            if (reason != DemotionReason.CLOSED) {
                                super.stop(reason, atMost);
                                return;
                            }
                            AtomicBoolean stopped = new AtomicBoolean();
                            beside(() -> {
                                var unused = failure(() -> super.stop(reason, atMost));
                                stopped.set(true);
                            });
                            until(stopped::get);
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed: lets a job that ends gracefully take its time after the lease has gone. */
    @Breaks(value = "LS-3", in = LeaderSupervisorRules.class, says = "a GRACEFUL job is cancelled at once")
    public static final class StopsPolitelyAfterALoss extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Subsystem subsystem(Subsystem real) {
                    return new ForwardingSubsystem(real) {
                        @Override
                        public void stop(DemotionReason reason, Duration atMost) throws Exception {
                            super.stop(DemotionReason.CLOSED, atMost);
                        }
                    };
                }
            };
        }
    }

    /** Shows the jobs a token that is not the one of their term. */
    @Breaks(value = "LS-4", in = LeaderSupervisorRules.class, says = "tokens that the runs see")
    public static final class ShowsAnotherToken extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Subsystem subsystem(Subsystem real) {
                    return new ForwardingSubsystem(real) {
                        @Override
                        public void start(LeaderScope scope) throws Exception {
                            super.start(new FirstTerm(scope));
                        }
                    };
                }
            };
        }
    }

    private record FirstTerm(LeaderScope real) implements LeaderScope {
        @Override
        public Term term() {
            Term term = real.term();
            return new Term(term.election(), term.identity(), 1, term.since());
        }

        @Override
        public boolean isActive() {
            return real.isActive();
        }

        @Override
        public CancellationToken cancellation() {
            return real.cancellation();
        }
    }

    @FunctionalInterface
    private interface Call {
        void run() throws Exception;
    }

    private static Optional<Exception> failure(Call call) {
        try {
            call.run();
            return Optional.empty();
        } catch (Exception e) {
            return Optional.of(e);
        }
    }

    /** Starts its parts in order, and stops them one after the other. */
    private static final class Group implements Subsystem {
        private final List<Subsystem> parts;
        private final List<Subsystem> entered = new CopyOnWriteArrayList<>();

        Group(Subsystem... parts) {
            this.parts = List.of(parts);
        }

        @Override
        public String name() {
            return "group";
        }

        @Override
        public void start(LeaderScope scope) throws Exception {
            for (Subsystem part : parts) {
                if (scope.isActive()) {
                    entered.add(part);
                    part.start(scope);
                }
            }
        }

        @Override
        public void stop(DemotionReason reason, Duration atMost) throws Exception {
            List<Subsystem> toStop = List.copyOf(entered);
            entered.clear();
            for (Subsystem part : toStop) {
                part.stop(reason, atMost);
            }
        }
    }
}
