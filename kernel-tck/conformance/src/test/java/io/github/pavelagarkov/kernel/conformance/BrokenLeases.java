package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import io.github.pavelagarkov.kernel.tck.rules.LeaderElectionRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Electors that are broken in how they handle their leases. Those "as the Go seed" are the defects of the library that this
 * one replaces.
 */
final class BrokenLeases {
    private BrokenLeases() {}

    /** Changes single replies and requests. */
    private static class ChangedStore extends ForwardingStore {
        private final UnaryOperator<LeaseRequest> request;
        private final BiFunction<LeaseRequest, LeaseReply, LeaseReply> reply;

        ChangedStore(
                LeaseStore real,
                UnaryOperator<LeaseRequest> request,
                BiFunction<LeaseRequest, LeaseReply, LeaseReply> reply) {
            super(real);
            this.request = request;
            this.reply = reply;
        }

        @Override
        public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
            List<LeaseRequest> changed = batch.stream().map(request).toList();
            return super.acquireOrRenew(changed).thenApply(replies -> {
                List<LeaseReply> answers = new ArrayList<>();
                for (int i = 0; i < replies.size(); i++) {
                    answers.add(reply.apply(changed.get(i), replies.get(i)));
                }
                return answers;
            });
        }
    }

    private static LeaseRequest with(LeaseRequest request, LeaseRequest.Mode mode, String id) {
        return new LeaseRequest(request.key(), mode, id, request.identity(), request.ttl());
    }

    private static ElectionSpec with(ElectionSpec given, LeaseTiming timing) {
        return ElectionSpec.builder(given.name())
                .timing(timing)
                .stopTimeout(given.stopTimeout())
                .backOff(given.backOff(), given.backOffMax())
                .build();
    }

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

    /** As the Go seed: gives the lock back, and then tells its work to stop. */
    @Breaks(value = "LE-5", in = LeaderElectionRules.class, says = "b was elected beside it")
    public static final class ReleasesBeforeTheWorkHasStopped extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                private final AtomicReference<Runnable> release = new AtomicReference<>(() -> {});

                @Override
                LeaseStore store(LeaseStore real) {
                    return new ChangedStore(
                            real,
                            request -> {
                                release.set(() -> {
                                    var unused = real.release(request.key(), request.leaseId());
                                });
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
                                release.get().run();
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

    /** Hands out other tokens than the store does. */
    private abstract static class Tokens extends MemoryProvider {
        /** {@return makes the token of each term; called once for each} */
        abstract TokenSource source();

        @FunctionalInterface
        interface TokenSource {
            long next(String identity);

            default void dataLost() {}
        }

        @Override
        public KernelFixture open(TckSetup setup) {
            TokenSource source = source();
            Map<Long, Long> given = new ConcurrentHashMap<>();
            MemoryNetwork network = new MemoryNetwork(setup);
            return new MemoryFixture(network) {
                @Override
                LeaseStore store(TckNode node) {
                    return new ChangedStore(
                            super.store(node),
                            request -> request,
                            (request, reply) -> reply instanceof LeaseReply.Held held
                                    ? new LeaseReply.Held(given.computeIfAbsent(
                                            held.fencingToken(), real -> source.next(request.identity())))
                                    : reply) {
                        @Override
                        public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
                            return super.holder(key)
                                    .thenApply(holder -> holder.map(leader -> new LeaderInfo(
                                            leader.identity(),
                                            OptionalLong.of(given.getOrDefault(
                                                    leader.fencingToken().orElse(0), 1L)))));
                        }
                    };
                }

                @Override
                public Optional<TckBackend> backend() {
                    return Optional.of(new ForwardingBackend(network) {
                        @Override
                        public void loseData() {
                            super.loseData();
                            source.dataLost();
                        }
                    });
                }
            };
        }
    }

    /** Counts the terms of each process, not those of the election. */
    @Breaks(value = "LE-6a", in = LeaderElectionRules.class, says = "tokens of the terms, in order")
    public static final class CountsItsOwnTerms extends Tokens {
        @Override
        TokenSource source() {
            Map<String, AtomicLong> terms = new ConcurrentHashMap<>();
            return identity ->
                    terms.computeIfAbsent(identity, name -> new AtomicLong()).incrementAndGet();
        }
    }

    /** Has a counter in the store, as many do: it begins anew when its key is lost. */
    @Breaks(value = "LE-6b", in = LeaderElectionRules.class, says = "token after the loss of data")
    public static final class CountsInTheStore extends Tokens {
        @Override
        TokenSource source() {
            AtomicLong counter = new AtomicLong();
            return new TokenSource() {
                @Override
                public long next(String identity) {
                    return counter.incrementAndGet();
                }

                @Override
                public void dataLost() {
                    counter.set(0);
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

    /** As the Go seed: polls, and hears of no release. */
    @Breaks(value = "LE-9", in = LeaderElectionRules.class, says = "hears of the release")
    public static final class HearsNothing extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeaseStore store(LeaseStore real) {
                    return new ForwardingStore(real) {
                        @Override
                        public Registration subscribe(ReleaseListener listener) {
                            return () -> true;
                        }
                    };
                }
            };
        }
    }

    /** Trusts in notifications, and polls when the lease is over. */
    @Breaks(value = "LE-9", in = LeaderElectionRules.class, says = "polls, as the notification was lost")
    public static final class DoesNotPoll extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                ElectionSpec spec(ElectionSpec given) {
                    LeaseTiming timing = given.timing();
                    return with(
                            given,
                            new LeaseTiming(
                                    timing.lease(),
                                    timing.margin(),
                                    timing.renew(),
                                    timing.jitter(),
                                    timing.attempt(),
                                    timing.pause(),
                                    timing.lease().multipliedBy(2),
                                    timing.forcedStop()));
                }
            };
        }
    }

    /** As the Go seed: polls on its own rhythm, whatever is left of the lease. */
    @Breaks(value = "LE-10", in = LeaderElectionRules.class, says = "knows when the lease of a ends")
    public static final class PollsOnItsOwnRhythm extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeaseStore store(LeaseStore real) {
                    return new ChangedStore(
                            real,
                            request -> request,
                            (request, reply) -> reply instanceof LeaseReply.Taken
                                    ? new LeaseReply.Taken(Optional.of(Duration.ofHours(1)))
                                    : reply);
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
}
