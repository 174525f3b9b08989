package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseRequest.Mode;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import io.github.pavelagarkov.kernel.tck.rules.LeaseStoreRules;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Lease stores that are broken. */
final class BrokenStores {
    private BrokenStores() {}

    /** Gives each test the stores of a network of its own, broken. */
    private abstract static class StoreProvider extends MemoryProvider {
        /** Breaks one node's store. */
        interface Breaking {
            LeaseStore of(LeaseStore real, TckNode node);
        }

        /** {@return breaks the stores of one test, which share what it keeps} */
        abstract Breaking breaking(MemoryNetwork network);

        @Override
        public KernelFixture open(TckSetup setup) {
            MemoryNetwork network = new MemoryNetwork(setup);
            Breaking breaking = breaking(network);
            return new MemoryFixture(network) {
                @Override
                LeaseStore store(TckNode node) {
                    return breaking.of(super.store(node), node);
                }
            };
        }
    }

    /** Sees each request and its reply. */
    private abstract static class Altered extends ForwardingStore {
        Altered(LeaseStore real) {
            super(real);
        }

        LeaseRequest request(LeaseRequest asked) {
            return asked;
        }

        @SuppressWarnings("UnusedVariable") // used by those that override it
        LeaseReply reply(LeaseRequest asked, LeaseReply given) {
            return given;
        }

        @Override
        public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
            return super.acquireOrRenew(batch.stream().map(this::request).toList())
                    .thenApply(replies -> {
                        List<LeaseReply> altered = new ArrayList<>();
                        for (int i = 0; i < replies.size(); i++) {
                            altered.add(reply(batch.get(i), replies.get(i)));
                        }
                        return altered;
                    });
        }
    }

    /** A driver that blocks: each call waits a second for its answer. */
    @Breaks(value = "LE-1", in = LeaseStoreRules.class, says = "acquireOrRenew returns without waiting")
    public static final class WaitsForTheAnswer extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new ForwardingStore(real) {
                @Override
                public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
                    return waited(super.acquireOrRenew(batch), node.clock());
                }
            };
        }

        private static <T> CompletionStage<T> waited(CompletionStage<T> answer, KernelClock clock) {
            long until = clock.nanoTime() + Duration.ofSeconds(1).toNanos();
            try {
                while (!answer.toCompletableFuture().isDone() && clock.nanoTime() - until < 0) {
                    clock.park(until);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return answer;
        }
    }

    /** The unit of the expiry is wrong. */
    @Breaks(value = "LE-2", in = LeaseStoreRules.class, says = "was granted to another after")
    public static final class HalvesTheTime extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new Altered(real) {
                @Override
                LeaseRequest request(LeaseRequest asked) {
                    return new LeaseRequest(
                            asked.key(),
                            asked.mode(),
                            asked.leaseId(),
                            asked.identity(),
                            asked.ttl().dividedBy(2));
                }
            };
        }
    }

    /** A row with a time stamp of the process that wrote it, compared by the process that reads it. */
    @Breaks(value = "LE-2", in = LeaseStoreRules.class, says = "wall clock is an hour ahead")
    public static final class ExpiresByTheClockOfTheProcess extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            Map<LeaseKey, Long> expiries = new ConcurrentHashMap<>();
            return (real, node) -> new Altered(real) {
                @Override
                LeaseRequest request(LeaseRequest asked) {
                    Long expiry = expiries.get(asked.key());
                    if (expiry != null && node.clock().wallMillis() > expiry) {
                        network.delete(asked.key());
                    }
                    return asked;
                }

                @Override
                LeaseReply reply(LeaseRequest asked, LeaseReply given) {
                    if (given instanceof LeaseReply.Held) {
                        expiries.put(
                                asked.key(),
                                node.clock().wallMillis() + asked.ttl().toMillis());
                    }
                    return given;
                }
            };
        }
    }

    /** A plain delete. */
    @Breaks(value = "LE-5", in = LeaseStoreRules.class, says = "release with an id that holds nothing")
    public static final class ReleasesWithoutComparing extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            Map<LeaseKey, String> ids = new ConcurrentHashMap<>();
            return (real, node) -> new Altered(real) {
                @Override
                LeaseReply reply(LeaseRequest asked, LeaseReply given) {
                    if (given instanceof LeaseReply.Held) {
                        ids.put(asked.key(), asked.leaseId());
                    }
                    return given;
                }

                @Override
                public CompletionStage<Boolean> release(LeaseKey key, String leaseId) {
                    return super.release(key, ids.getOrDefault(key, leaseId));
                }
            };
        }
    }

    /** Gives tokens another value, the same in replies and in the answer who holds the lease. */
    private abstract static class TokenProvider extends StoreProvider {
        /** {@return what becomes of a token} */
        abstract long token(LeaseKey key, long real, Map<LeaseKey, List<Long>> seen, int losses);

        @Override
        Breaking breaking(MemoryNetwork network) {
            throw new UnsupportedOperationException("see open");
        }

        @Override
        public KernelFixture open(TckSetup setup) {
            Map<LeaseKey, List<Long>> seen = new ConcurrentHashMap<>();
            AtomicInteger losses = new AtomicInteger();
            return new MemoryFixture(new MemoryNetwork(setup)) {
                @Override
                LeaseStore store(TckNode node) {
                    return new Altered(super.store(node)) {
                        @Override
                        LeaseReply reply(LeaseRequest asked, LeaseReply given) {
                            return given instanceof LeaseReply.Held held
                                    ? new LeaseReply.Held(changed(asked.key(), held.fencingToken()))
                                    : given;
                        }

                        @Override
                        public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
                            return super.holder(key)
                                    .thenApply(info -> info.map(leader -> new LeaderInfo(
                                            leader.identity(),
                                            OptionalLong.of(changed(
                                                    key, leader.fencingToken().orElseThrow())))));
                        }

                        private long changed(LeaseKey key, long real) {
                            return token(key, real, seen, losses.get());
                        }
                    };
                }

                @Override
                public Optional<TckBackend> backend() {
                    return super.backend().map(real -> new ForwardingBackend(real) {
                        @Override
                        public void loseData() {
                            super.loseData();
                            seen.clear();
                            losses.incrementAndGet();
                        }

                        @Override
                        public void delete(LeaseKey key) {
                            super.delete(key);
                            seen.remove(key);
                            losses.incrementAndGet();
                        }
                    });
                }
            };
        }
    }

    /** A number that an operator configures, and nobody draws. */
    @Breaks(value = "LE-6a", in = LeaseStoreRules.class, says = "fencing tokens must rise strictly")
    public static final class OneTokenForAll extends TokenProvider {
        @Override
        long token(LeaseKey key, long real, Map<LeaseKey, List<Long>> seen, int losses) {
            return losses + 1L;
        }
    }

    /** A token for each write. */
    @Breaks(value = "LE-6a", in = LeaseStoreRules.class, says = "fencing token of a renewal")
    public static final class RenewalDrawsAToken extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            AtomicLong drawn = new AtomicLong();
            return (real, node) -> new Altered(real) {
                @Override
                LeaseReply reply(LeaseRequest asked, LeaseReply given) {
                    return asked.mode() == Mode.RENEW && given instanceof LeaseReply.Held held
                            ? new LeaseReply.Held(held.fencingToken() + drawn.incrementAndGet())
                            : given;
                }
            };
        }
    }

    /** A counter that lies beside the lease and goes with it. */
    @Breaks(value = "LE-6b", in = LeaseStoreRules.class, says = "fencing tokens before the loss of all data")
    public static final class CountsFromOne extends TokenProvider {
        @Override
        long token(LeaseKey key, long real, Map<LeaseKey, List<Long>> seen, int losses) {
            List<Long> drawn = seen.computeIfAbsent(key, none -> new ArrayList<>());
            if (!drawn.contains(real)) {
                drawn.add(real);
            }
            return drawn.indexOf(real) + 1L;
        }
    }

    /** As the Go seed: "set if absent" does not look whose the lease is. */
    @Breaks(value = "LE-7", in = LeaseStoreRules.class, says = "ACQUIRE by the id that holds the lease already")
    public static final class SetsIfAbsent extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            Map<LeaseKey, String> ids = new ConcurrentHashMap<>();
            return (real, node) -> new Altered(real) {
                @Override
                LeaseRequest request(LeaseRequest asked) {
                    boolean again =
                            asked.mode() == Mode.ACQUIRE && asked.leaseId().equals(ids.get(asked.key()));
                    return new LeaseRequest(
                            asked.key(),
                            asked.mode(),
                            again ? asked.leaseId() + "-again" : asked.leaseId(),
                            asked.identity(),
                            asked.ttl());
                }

                @Override
                LeaseReply reply(LeaseRequest asked, LeaseReply given) {
                    if (given instanceof LeaseReply.Held) {
                        ids.put(asked.key(), asked.leaseId());
                    }
                    return given;
                }

                @Override
                public CompletionStage<Boolean> release(LeaseKey key, String leaseId) {
                    ids.remove(key, leaseId);
                    return super.release(key, leaseId);
                }
            };
        }
    }

    /** As the Go seed: a renewal is the same "set" as an acquisition. */
    @Breaks(value = "LE-8", in = LeaseStoreRules.class, says = "RENEW of a lease nobody ever held")
    public static final class RenewalTakes extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new Altered(real) {
                @Override
                LeaseRequest request(LeaseRequest asked) {
                    return new LeaseRequest(asked.key(), Mode.ACQUIRE, asked.leaseId(), asked.identity(), asked.ttl());
                }
            };
        }
    }

    /** A lease that is gone is not told from one that another has. */
    @Breaks(value = "LE-8", in = LeaseStoreRules.class, says = "RENEW of a lease that another holds")
    public static final class LostIsAllTheSame extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new Altered(real) {
                @Override
                LeaseReply reply(LeaseRequest asked, LeaseReply given) {
                    return asked.mode() == Mode.RENEW && given instanceof LeaseReply.Taken
                            ? new LeaseReply.Free()
                            : given;
                }
            };
        }
    }

    /** Says that it notifies, and does not. */
    @Breaks(value = "LE-9", in = LeaseStoreRules.class, says = "is told of the release")
    public static final class TellsNobody extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new ForwardingStore(real) {
                @Override
                public Registration subscribe(ReleaseListener listener) {
                    AtomicBoolean removed = new AtomicBoolean();
                    return () -> removed.compareAndSet(false, true);
                }
            };
        }
    }

    /** A subscription that cannot be ended. */
    @Breaks(value = "LE-9", in = LeaseStoreRules.class, says = "releases told after remove()")
    public static final class GoesOnTelling extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new ForwardingStore(real) {
                @Override
                public Registration subscribe(ReleaseListener listener) {
                    var unused = super.subscribe(listener);
                    AtomicBoolean removed = new AtomicBoolean();
                    return () -> removed.compareAndSet(false, true);
                }
            };
        }
    }

    /** Connects again in silence. */
    @Breaks(value = "LE-9", in = LeaseStoreRules.class, says = "is told of a gap")
    public static final class HidesGaps extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new ForwardingStore(real) {
                @Override
                public Registration subscribe(ReleaseListener listener) {
                    return super.subscribe(new ReleaseListener() {
                        @Override
                        public void onReleased(LeaseKey key) {
                            listener.onReleased(key);
                        }

                        @Override
                        public void onGap() {}
                    });
                }
            };
        }
    }

    /** As the Go seed: "no" is all it says. */
    @Breaks(value = "LE-10", in = LeaseStoreRules.class, says = "still runs")
    public static final class TakenForEver extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new Altered(real) {
                @Override
                LeaseReply reply(LeaseRequest asked, LeaseReply given) {
                    return given instanceof LeaseReply.Taken ? new LeaseReply.Taken(Optional.empty()) : given;
                }
            };
        }
    }

    /** An error is nobody. */
    @Breaks(value = "LE-13", in = LeaseStoreRules.class, says = "holder of a backend that is down must fail")
    public static final class NobodyWhenDown extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new ForwardingStore(real) {
                @Override
                public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
                    return super.holder(key).exceptionally(error -> Optional.empty());
                }
            };
        }
    }

    /** Tells who, and not under which token. */
    @Breaks(value = "LE-13", in = LeaseStoreRules.class, says = "holder, asked where it was granted")
    public static final class HolderWithoutToken extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new ForwardingStore(real) {
                @Override
                public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
                    return super.holder(key)
                            .thenApply(info ->
                                    info.map(leader -> new LeaderInfo(leader.identity(), OptionalLong.empty())));
                }
            };
        }
    }

    /** Can be closed once. */
    @Breaks(value = "LE-14", in = LeaseStoreRules.class, says = "second close() of a store failed")
    public static final class ClosesOnce extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new ForwardingStore(real) {
                private final AtomicBoolean closed = new AtomicBoolean();

                @Override
                public void close() {
                    if (!closed.compareAndSet(false, true)) {
                        throw new IllegalStateException("store is closed");
                    }
                    super.close();
                }
            };
        }
    }

    /** Tidies up: work that has not stopped yet meets its successor. */
    @Breaks(value = "LE-14", in = LeaseStoreRules.class, says = "the close of a store has released a lease")
    public static final class ReleasesOnClose extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new Altered(real) {
                private final Map<LeaseKey, String> ids = new ConcurrentHashMap<>();

                @Override
                LeaseReply reply(LeaseRequest asked, LeaseReply given) {
                    if (given instanceof LeaseReply.Held) {
                        ids.put(asked.key(), asked.leaseId());
                    }
                    return given;
                }

                @Override
                public void close() {
                    ids.forEach((key, id) -> {
                        var unused = release(key, id);
                    });
                    super.close();
                }
            };
        }
    }

    /** As the Go seed: an error means that another leads. */
    @Breaks(value = "LE-17", in = LeaseStoreRules.class, says = "RENEW at a backend that is down must fail")
    public static final class DownIsTaken extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new ForwardingStore(real) {
                @Override
                public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
                    return super.acquireOrRenew(batch)
                            .exceptionally(error -> batch.stream()
                                    .map(request -> (LeaseReply) new LeaseReply.Taken(Optional.empty()))
                                    .toList());
                }
            };
        }
    }

    /** One transaction for all. */
    @Breaks(value = "LE-20", in = LeaseStoreRules.class, says = "acquireOrRenew of 3 leases failed")
    public static final class OneErrorFailsAll extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new ForwardingStore(real) {
                @Override
                public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
                    return super.acquireOrRenew(batch)
                            .thenCompose(replies -> replies.stream()
                                    .filter(LeaseReply.Failed.class::isInstance)
                                    .findFirst()
                                    .map(failed -> CompletableFuture.<List<LeaseReply>>failedStage(
                                            ((LeaseReply.Failed) failed).cause()))
                                    .orElse(CompletableFuture.completedStage(replies)));
                }
            };
        }
    }

    /** One statement without an order of its own. */
    @Breaks(value = "LE-20", in = LeaseStoreRules.class, says = "in the order of the requests")
    public static final class AnswersSorted extends StoreProvider {
        @Override
        Breaking breaking(MemoryNetwork network) {
            return (real, node) -> new ForwardingStore(real) {
                @Override
                public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
                    return super.acquireOrRenew(batch.stream()
                            .sorted(Comparator.comparing(
                                    request -> request.key().name()))
                            .toList());
                }
            };
        }
    }
}
