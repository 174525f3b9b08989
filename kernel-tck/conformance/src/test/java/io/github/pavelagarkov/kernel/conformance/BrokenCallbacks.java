package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.rules.LeaderElectionRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Electors that are broken in what they tell, and when. Those "as the Go seed" are the
 * defects of the library that this one replaces.
 */
final class BrokenCallbacks {
    private BrokenCallbacks() {}

    /** Tries a stop that failed once more. */
    @Breaks(value = "LE-4", in = LeaderElectionRules.class, says = "onElected and onDemoted in turn")
    public static final class RepeatsAFailedStop extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
                    return new ForwardingLeadershipListener(real) {
                        @Override
                        public void onDemoted(Term term, DemotionReason reason) {
                            try {
                                super.onDemoted(term, reason);
                            } catch (IllegalStateException e) {
                                super.onDemoted(term, reason);
                            }
                        }
                    };
                }
            };
        }
    }

    /** Has one thread for the callbacks of all elections. */
    @Breaks(value = "LE-4", in = LeaderElectionRules.class, says = "does not wait for the callbacks of 'cron'")
    public static final class HasOneThreadForAllCallbacks extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                private final ReentrantLock thread = new ReentrantLock();

                @Override
                LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
                    return new ForwardingLeadershipListener(real) {
                        @Override
                        public void onElected(LeaderScope scope) throws Exception {
                            thread.lock();
                            try {
                                super.onElected(scope);
                            } finally {
                                thread.unlock();
                            }
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed: its renew loop stands still while a callback runs. */
    @Breaks(value = "LE-4", in = LeaderElectionRules.class, says = "which must be renewed")
    public static final class RenewsNothingDuringAStart extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                private final Map<String, Boolean> starting = new ConcurrentHashMap<>();

                @Override
                LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
                    return new ForwardingLeadershipListener(real) {
                        @Override
                        public void onElected(LeaderScope scope) throws Exception {
                            starting.put(spec.name(), true);
                            try {
                                super.onElected(scope);
                            } finally {
                                starting.remove(spec.name());
                            }
                        }
                    };
                }

                @Override
                LeaseStore store(LeaseStore real) {
                    return new ForwardingStore(real) {
                        @Override
                        public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
                            return batch.stream()
                                            .anyMatch(request -> starting.containsKey(
                                                    request.key().name()))
                                    ? new CompletableFuture<>()
                                    : super.acquireOrRenew(batch);
                        }
                    };
                }
            };
        }
    }

    /** Tells the end of a lost term, and begins the next beside the work that still stops. */
    @Breaks(value = "LE-4", in = LeaderElectionRules.class, says = "calls while onDemoted runs")
    public static final class DoesNotWaitForALostTerm extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
                    return new ForwardingLeadershipListener(real) {
                        @Override
                        public void onDemoted(Term term, DemotionReason reason) {
                            if (reason.leaseHeld()) {
                                super.onDemoted(term, reason);
                            } else {
                                beside(() -> super.onDemoted(term, reason));
                            }
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed: a start that hangs does not hear of the loss. */
    @Breaks(value = "LE-4", in = LeaderElectionRules.class, says = "the thread of a start is interrupted")
    public static final class NeverInterruptsAStart extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
                    return new ForwardingLeadershipListener(real) {
                        @Override
                        public void onElected(LeaderScope scope) throws Exception {
                            CompletableFuture<Optional<Exception>> outcome = new CompletableFuture<>();
                            beside(() -> outcome.complete(started(scope)));
                            until(outcome::isDone);
                            Optional<Exception> failure = outcome.join();
                            if (failure.isPresent()) {
                                throw failure.get();
                            }
                        }

                        private Optional<Exception> started(LeaderScope scope) {
                            try {
                                super.onElected(scope);
                                return Optional.empty();
                            } catch (Exception | Error e) {
                                return Optional.of(new IllegalStateException("the start failed", e));
                            }
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed: hears of the end of its lease when the call ends that was to renew it. */
    @Breaks(value = "LE-8", in = LeaderElectionRules.class, says = "although its call hangs")
    public static final class WaitsForTheCallThatHangs extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
                    return new ForwardingLeadershipListener(real) {
                        @Override
                        public void onDemoted(Term term, DemotionReason reason) {
                            if (reason == DemotionReason.LEASE_EXPIRED) {
                                long since = node.clock().nanoTime();
                                until(() -> node.clock().nanoTime() - since >= 500_000_000);
                            }
                            super.onDemoted(term, reason);
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed: a start that failed is logged somewhere, and the node leads on without its work. */
    @Breaks(value = "LE-11", in = LeaderElectionRules.class, says = "b leads, as it is next after a could not start")
    public static final class LeadsOnAfterAFailedStart extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
                    return new ForwardingLeadershipListener(real) {
                        @Override
                        public void onElected(LeaderScope scope) {
                            try {
                                super.onElected(scope);
                            } catch (Exception | Error e) {
                                // Swallowed: this is what is broken.
                            }
                        }
                    };
                }
            };
        }
    }

    /** Tries a start that failed again and again, always after the same short time. */
    @Breaks(value = "LE-11", in = LeaderElectionRules.class, says = "hold-back after failed start")
    public static final class DoesNotHoldBack extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                ElectionSpec spec(ElectionSpec given) {
                    return ElectionSpec.builder(given.name())
                            .timing(given.timing())
                            .stopTimeout(given.stopTimeout())
                            .backOff(given.backOff(), given.backOff())
                            .build();
                }
            };
        }
    }

    /** Competes again at once. */
    @Breaks(value = "LE-12", in = LeaderElectionRules.class, says = "to the next term of a")
    public static final class ForgetsTheCoolDown extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Election election(Election real) {
                    return new ForwardingElection(real) {
                        @Override
                        public CompletionStage<Void> stepDown(Duration coolDown) {
                            // Long enough to hand over.
                            return super.stepDown(coolDown.dividedBy(10));
                        }
                    };
                }
            };
        }
    }

    /** Waits for the work to stop, wherever it is called. */
    @Breaks(value = "LE-12", in = LeaderElectionRules.class, says = "stepDown() returns inside onElected")
    public static final class WaitsForTheCallbackItIsCalledFrom extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Election election(Election real) {
                    return new ForwardingElection(real) {
                        @Override
                        public CompletionStage<Void> stepDown(Duration coolDown) {
                            CompletionStage<Void> done = super.stepDown(coolDown);
                            until(() -> done.toCompletableFuture().isDone());
                            return done;
                        }
                    };
                }
            };
        }
    }

    /** Tells each failed call. */
    @Breaks(value = "LE-17", in = LeaderElectionRules.class, says = "the same error was told twice in a row")
    public static final class TellsEveryFailedCall extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                KernelListener events() {
                    return new KernelListener() {
                        @Override
                        public void onElectionTrouble(LeaderEvent.Trouble event) {
                            node.listener().onElectionTrouble(event);
                            node.listener().onElectionTrouble(event);
                        }

                        @Override
                        public void onElectionRecovered(LeaderEvent.Recovered event) {
                            node.listener().onElectionRecovered(event);
                        }
                    };
                }
            };
        }
    }

    /** Ends with the first listener that throws. */
    @Breaks(value = "LE-20", in = LeaderElectionRules.class, says = "an election with a broken listener")
    public static final class EndsWithTheFirstBrokenListener extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                private final List<LeaderElector> self = new CopyOnWriteArrayList<>();

                @Override
                LeaderElector elector(LeaseStore real) {
                    LeaderElector elector = super.elector(real);
                    self.add(elector);
                    return elector;
                }

                @Override
                LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
                    return new ForwardingLeadershipListener(real) {
                        @Override
                        public void onElected(LeaderScope scope) throws Exception {
                            try {
                                super.onElected(scope);
                            } catch (Error e) {
                                self.get(0).elections().stream()
                                        .filter(election -> !election.name().equals(spec.name()))
                                        .forEach(election -> beside(election::close));
                                throw e;
                            }
                        }
                    };
                }
            };
        }
    }
}
