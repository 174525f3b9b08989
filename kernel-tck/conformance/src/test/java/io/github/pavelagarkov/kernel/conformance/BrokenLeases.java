package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.rules.LeaderElectionRules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Electors that are broken in how they handle their leases. Those "as the Go seed" are the
 * defects of the library that this one replaces.
 */
final class BrokenLeases {
    private BrokenLeases() {}

    /** Counts the lease from when the answer arrives. */
    @Breaks(value = "LE-2", in = LeaderElectionRules.class, says = "isLeader() was still true")
    public static final class CountsFromTheAnswer extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                private final AtomicLong delay = new AtomicLong();

                @Override
                LeaseStore store(LeaseStore real) {
                    return new ForwardingStore(real) {
                        @Override
                        public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
                            long sent = node.clock().nanoTime();
                            return super.acquireOrRenew(batch).whenComplete((replies, error) -> {
                                if (error == null) {
                                    delay.set(node.clock().nanoTime() - sent);
                                }
                            });
                        }
                    };
                }

                @Override
                Election election(Election real) {
                    AtomicLong falseSince = new AtomicLong();
                    return new ForwardingElection(real) {
                        @Override
                        public boolean isLeader() {
                            long now = node.clock().nanoTime();
                            if (super.isLeader()) {
                                falseSince.set(now + super.remaining().toNanos() + delay.get());
                                return true;
                            }
                            return delay.get() > 0 && now - falseSince.get() < 0;
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed: gives the lock back, and then tells its work to stop. */
    @Breaks(value = "LE-5", in = LeaderElectionRules.class, says = "b was elected beside it")
    public static final class ReleasesBeforeTheWorkHasStopped extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                private volatile Runnable release = () -> {};

                @Override
                LeaseStore store(LeaseStore real) {
                    return new ChangedStore(
                            real,
                            request -> {
                                release = () -> {
                                    var unused = real.release(request.key(), request.leaseId());
                                };
                                return request;
                            },
                            (request, reply) -> reply);
                }

                @Override
                LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
                    return new ForwardingLeadershipListener(real) {
                        @Override
                        public void onDemoted(Term term, DemotionReason reason) {
                            if (reason == DemotionReason.CLOSED) {
                                release.run();
                            }
                            super.onDemoted(term, reason);
                        }
                    };
                }
            };
        }
    }

    /** Ends the renewals with the begin of a graceful end. */
    @Breaks(value = "LE-5", in = LeaderElectionRules.class, says = "b was elected beside it")
    public static final class RenewsNothingWhileTheWorkStops extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                private final AtomicBoolean stopping = new AtomicBoolean();

                @Override
                LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
                    return new ForwardingLeadershipListener(real) {
                        @Override
                        public void onDemoted(Term term, DemotionReason reason) {
                            stopping.set(reason == DemotionReason.CLOSED);
                            super.onDemoted(term, reason);
                            stopping.set(false);
                        }
                    };
                }

                @Override
                LeaseStore store(LeaseStore real) {
                    return new ForwardingStore(real) {
                        @Override
                        public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
                            return stopping.get() ? new CompletableFuture<>() : super.acquireOrRenew(batch);
                        }
                    };
                }
            };
        }
    }

    /** Waits for the work as long as it may, and then releases the lease beside it. */
    @Breaks(value = "LE-5", in = LeaderElectionRules.class, says = "the key must be left to expire")
    public static final class ReleasesBesideWorkThatGoesOn extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
                    return new ForwardingLeadershipListener(real) {
                        @Override
                        public void onDemoted(Term term, DemotionReason reason) {
                            if (reason != DemotionReason.CLOSED) {
                                super.onDemoted(term, reason);
                                return;
                            }
                            AtomicBoolean stopped = new AtomicBoolean();
                            long patience = spec.stopTimeout()
                                    .multipliedBy(9)
                                    .dividedBy(10)
                                    .toNanos();
                            long since = node.clock().nanoTime();
                            beside(() -> {
                                super.onDemoted(term, reason);
                                stopped.set(true);
                            });
                            until(() -> stopped.get() || node.clock().nanoTime() - since >= patience);
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed: an acquisition whose answer was lost is refused when it is repeated, by its own key. */
    @Breaks(value = "LE-7", in = LeaderElectionRules.class, says = "only the answer was lost")
    public static final class RepeatsWithAnotherId extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                private final Map<String, String> ids = new ConcurrentHashMap<>();

                @Override
                LeaseStore store(LeaseStore real) {
                    return new ChangedStore(
                            real,
                            request -> {
                                String id = request.mode() == LeaseRequest.Mode.RENEW
                                        ? ids.getOrDefault(request.leaseId(), request.leaseId())
                                        : UUID.randomUUID().toString();
                                ids.put(request.leaseId(), id);
                                return with(request, request.mode(), id);
                            },
                            (request, reply) -> reply) {
                        @Override
                        public CompletionStage<Boolean> release(LeaseKey key, String leaseId) {
                            return super.release(key, ids.getOrDefault(leaseId, leaseId));
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed: one id for all terms of a process. */
    @Breaks(value = "LE-7", in = LeaderElectionRules.class, says = "must not end the second")
    public static final class HasOneIdForAllTerms extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeaseStore store(LeaseStore real) {
                    return new ChangedStore(
                            real,
                            request -> with(request, request.mode(), node.identity()),
                            (request, reply) -> reply) {
                        @Override
                        public CompletionStage<Boolean> release(LeaseKey key, String leaseId) {
                            return super.release(key, node.identity());
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed: any renewal that fails is a loss. */
    @Breaks(value = "LE-8", in = LeaderElectionRules.class, says = "ends of terms while the backend was down")
    public static final class TakesTroubleForLoss extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeaseStore store(LeaseStore real) {
                    return new ForwardingStore(real) {
                        @Override
                        public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
                            CompletionStage<List<LeaseReply>> replies = super.acquireOrRenew(batch);
                            return batch.stream().allMatch(request -> request.mode() == LeaseRequest.Mode.RENEW)
                                    ? replies.exceptionally(error -> batch.stream()
                                            .<LeaseReply>map(request -> new LeaseReply.Free())
                                            .toList())
                                    : replies;
                        }
                    };
                }
            };
        }
    }

    /** Sets the key again when it is gone. */
    @Breaks(value = "LE-8", in = LeaderElectionRules.class, says = "the key is free for a new term")
    public static final class RepairsALoss extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeaseStore store(LeaseStore real) {
                    return new ChangedStore(
                            real,
                            request -> with(request, LeaseRequest.Mode.ACQUIRE, request.leaseId()),
                            (request, reply) -> reply);
                }
            };
        }
    }

    /** Takes what is free, also after it was cut off from a store that knew better. */
    @Breaks(value = "LE-8", in = LeaderElectionRules.class, says = "from the cut of a candidate")
    public static final class TrustsAStoreThatForgot extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                private final Set<String> held = ConcurrentHashMap.newKeySet();

                @Override
                LeaseStore store(LeaseStore real) {
                    return new ChangedStore(
                            real,
                            request -> held.contains(request.leaseId())
                                    ? request
                                    : with(request, LeaseRequest.Mode.ACQUIRE, request.leaseId()),
                            (request, reply) -> {
                                if (reply instanceof LeaseReply.Held) {
                                    held.add(request.leaseId());
                                }
                                return reply;
                            });
                }
            };
        }
    }

    /** Asks for all leases on one connection, which a refusal closes. */
    @Breaks(value = "LE-20", in = LeaderElectionRules.class, says = "an election with a broken key")
    public static final class FailsForAllKeysTogether extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                private final AtomicBoolean closed = new AtomicBoolean();

                @Override
                LeaseStore store(LeaseStore real) {
                    return new ChangedStore(real, request -> request, (request, reply) -> {
                        if (reply instanceof LeaseReply.Failed) {
                            closed.set(true);
                        }
                        return closed.get()
                                ? new LeaseReply.Failed(new BackendUnavailableException("the connection is closed"))
                                : reply;
                    });
                }
            };
        }
    }

    private static LeaseRequest with(LeaseRequest request, LeaseRequest.Mode mode, String id) {
        return new LeaseRequest(request.key(), mode, id, request.identity(), request.ttl());
    }
}
