package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.rules.LeaderElectionRules;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Electors that are broken in what they answer. Those "as the Go seed" are the
 * defects of the library that this one replaces.
 */
final class BrokenElectors {
    private BrokenElectors() {}

    /** Says "follower" although nobody could be asked. */
    @Breaks(value = "LE-1", in = LeaderElectionRules.class, says = "the status says Unknown")
    public static final class FollowerWhileNobodyCanBeAsked extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Election election(Election real) {
                    return new ForwardingElection(real) {
                        @Override
                        public LeadershipStatus status() {
                            LeadershipStatus status = super.status();
                            return status instanceof LeadershipStatus.Unknown
                                    ? new LeadershipStatus.Follower()
                                    : status;
                        }
                    };
                }
            };
        }
    }

    /** Asks the backend before it returns, and lets its exception out. */
    @Breaks(value = "LE-1", in = LeaderElectionRules.class, says = "join, while the backend is down, threw")
    public static final class AsksBeforeItJoins extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeaderElector elector(LeaseStore real) {
                    return new ForwardingElector(super.elector(real)) {
                        @Override
                        public Election join(ElectionSpec spec, LeadershipListener listener) {
                            String trouble = real.holder(LeaseKey.election(spec.name()))
                                    .handle((leader, error) -> String.valueOf(error))
                                    .toCompletableFuture()
                                    .getNow("");
                            if (trouble.contains("the backend is down")) {
                                throw new IllegalStateException(trouble);
                            }
                            return super.join(spec, listener);
                        }
                    };
                }
            };
        }
    }

    /** Leads when the work has started, not when the lease is held. */
    @Breaks(value = "LE-2", in = LeaderElectionRules.class, says = "isLeader() while onElected runs")
    public static final class LeadsAfterTheStart extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                private final AtomicBoolean started = new AtomicBoolean();

                @Override
                LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
                    return new ForwardingLeadershipListener(real) {
                        @Override
                        public void onElected(LeaderScope scope) throws Exception {
                            super.onElected(scope);
                            started.set(true);
                        }
                    };
                }

                @Override
                Election election(Election real) {
                    return new ForwardingElection(real) {
                        @Override
                        public boolean isLeader() {
                            return started.get() && super.isLeader();
                        }
                    };
                }
            };
        }
    }

    /** Asks the backend instead of the clock. */
    @Breaks(value = "LE-2", in = LeaderElectionRules.class, says = "isLeader(), while a renewal is under way")
    public static final class AsksTheBackend extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Election election(Election real) {
                    return new ForwardingElection(real) {
                        @Override
                        public boolean isLeader() {
                            boolean leads = super.isLeader();
                            if (leads) {
                                var unused = super.currentLeader()
                                        .handle((leader, error) -> leader)
                                        .toCompletableFuture()
                                        .join();
                            }
                            return leads;
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed: leadership is a flag that somebody has to take down in time. */
    @Breaks(value = "LE-3a", in = LeaderElectionRules.class, says = "first isLeader() after a standstill")
    public static final class KeepsLeadershipInAFlag extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                private final AtomicBoolean leads = new AtomicBoolean();
                /** How far the wall clock is ahead of the other one: it notices a suspend, as it must. */
                private volatile long ahead;

                private long aheadMillis() {
                    return node.clock().wallMillis() - node.clock().nanoTime() / 1_000_000;
                }

                @Override
                LeadershipListener listener(ElectionSpec spec, LeadershipListener real) {
                    return new ForwardingLeadershipListener(real) {
                        @Override
                        public void onElected(LeaderScope scope) throws Exception {
                            ahead = aheadMillis();
                            leads.set(true);
                            super.onElected(scope);
                        }

                        @Override
                        public void onDemoted(Term term, DemotionReason reason) {
                            leads.set(false);
                            super.onDemoted(term, reason);
                        }
                    };
                }

                @Override
                Election election(Election real) {
                    return new ForwardingElection(real) {
                        @Override
                        public boolean isLeader() {
                            return leads.get() && aheadMillis() - ahead < 10_000;
                        }
                    };
                }
            };
        }
    }

    /** Knows the monotonic clock only. */
    @Breaks(value = "LE-3b", in = LeaderElectionRules.class, says = "first isLeader() after a suspend")
    public static final class HasNoWallClock extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                KernelClock clock() {
                    KernelClock real = node.clock();
                    long start = real.wallMillis() - real.nanoTime() / 1_000_000;
                    return new KernelClock() {
                        @Override
                        public long nanoTime() {
                            return real.nanoTime();
                        }

                        @Override
                        public long wallMillis() {
                            return start + real.nanoTime() / 1_000_000;
                        }

                        @Override
                        public void park(long untilNanos) throws InterruptedException {
                            real.park(untilNanos);
                        }

                        @Override
                        public void unpark(Thread thread) {
                            real.unpark(thread);
                        }
                    };
                }
            };
        }
    }

    /** Says "nobody" for "no idea". */
    @Breaks(value = "LE-13", in = LeaderElectionRules.class, says = "currentLeader() while no answer comes")
    public static final class SaysNobodyForNoIdea extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Election election(Election real) {
                    return new ForwardingElection(real) {
                        @Override
                        public CompletionStage<Optional<LeaderInfo>> currentLeader() {
                            return super.currentLeader().exceptionally(error -> Optional.empty());
                        }
                    };
                }
            };
        }
    }

    /** Gives the election that is open already, whatever listener and spec it has. */
    @Breaks(value = "LE-14", in = LeaderElectionRules.class, says = "join of a name that is open")
    public static final class JoinsTwice extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeaderElector elector(LeaseStore real) {
                    return new ForwardingElector(super.elector(real)) {
                        @Override
                        public Election join(ElectionSpec spec, LeadershipListener listener) {
                            return super.election(spec.name()).orElseGet(() -> super.join(spec, listener));
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed: an election after the end begins, and never hears of anything. */
    @Breaks(value = "LE-14", in = LeaderElectionRules.class, says = "join after close() of the elector")
    public static final class CanBeJoinedAfterItsEnd extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeaderElector elector(LeaseStore real) {
                    List<Election> joined = new CopyOnWriteArrayList<>();
                    return new ForwardingElector(super.elector(real)) {
                        @Override
                        public Election join(ElectionSpec spec, LeadershipListener listener) {
                            try {
                                joined.add(super.join(spec, listener));
                            } catch (IllegalStateException e) {
                                if (!String.valueOf(e.getMessage()).contains("is closed")) {
                                    throw e;
                                }
                            }
                            return joined.get(joined.size() - 1);
                        }
                    };
                }
            };
        }
    }

    /** Can be closed once. */
    @Breaks(value = "LE-14", in = LeaderElectionRules.class, says = "a second close() threw")
    public static final class RefusesASecondClose extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Election election(Election real) {
                    AtomicBoolean closed = new AtomicBoolean();
                    return new ForwardingElection(real) {
                        @Override
                        public void close() {
                            if (closed.getAndSet(true)) {
                                throw new IllegalStateException("was closed before");
                            }
                            super.close();
                        }
                    };
                }
            };
        }
    }

    /** Repairs a timing that it does not like, and tells nobody. */
    @Breaks(value = "LE-16", in = LeaderElectionRules.class, says = "spec() of the election")
    public static final class RepairsTheTiming extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                Election election(Election real) {
                    return new ForwardingElection(real) {
                        @Override
                        public ElectionSpec spec() {
                            return ElectionSpec.builder(super.spec().name()).build();
                        }
                    };
                }
            };
        }
    }

    /** As the Go seed: errors of the backend go nowhere. */
    @Breaks(value = "LE-17", in = LeaderElectionRules.class, says = "an error of the backend is told as an event")
    public static final class SwallowsErrors extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                KernelListener events() {
                    return new KernelListener() {};
                }
            };
        }
    }
}
