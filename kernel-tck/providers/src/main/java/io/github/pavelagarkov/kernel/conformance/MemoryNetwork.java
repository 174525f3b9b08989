package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.leader.InMemoryLeaseStore;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** The in-memory store behind a network that a test can break, for each node on its own. Thread-safe. */
final class MemoryNetwork implements TckBackend, AutoCloseable {
    private final HeapTimer timer;
    private final TckSetup setup;
    private final Map<String, NodeStore> nodes = new ConcurrentHashMap<>();
    private final Map<LeaseKey, String> lastIds = new ConcurrentHashMap<>();
    private final Set<LeaseKey> corrupted = ConcurrentHashMap.newKeySet();
    private volatile InMemoryLeaseStore leases;
    private volatile boolean up = true;
    private volatile boolean silent;

    MemoryNetwork(TckSetup setup) {
        this.setup = setup;
        this.timer = new HeapTimer(setup.clock(), KernelThreads.of(setup.threads()), "memory-network", 0);
        this.timer.start();
        this.leases = fresh();
    }

    private InMemoryLeaseStore fresh() {
        InMemoryLeaseStore store = new InMemoryLeaseStore(setup.clock());
        var unused = store.subscribe(new LeaseStore.ReleaseListener() {
            @Override
            public void onReleased(LeaseKey key) {
                if (!silent) {
                    nodes.values().forEach(node -> node.released(key));
                }
            }

            @Override
            public void onGap() {}
        });
        return store;
    }

    /** {@return the store as one node reaches it} */
    LeaseStore store(TckNode node) {
        return nodes.computeIfAbsent(node.identity(), name -> new NodeStore());
    }

    @Override
    public void down() {
        up = false;
    }

    @Override
    public void up() {
        up = true;
    }

    @Override
    public void loseData() {
        leases = fresh();
        lastIds.clear();
    }

    @Override
    public void delete(LeaseKey key) {
        silent = true;
        String id = lastIds.remove(key);
        if (id != null) {
            var unused = leases.release(key, id);
        }
        silent = false;
    }

    @Override
    public void takeOver(LeaseKey key, Duration ttl) {
        delete(key);
        var unused = answer(new LeaseRequest(key, LeaseRequest.Mode.ACQUIRE, "foreign", "stranger", ttl));
    }

    @Override
    public void corrupt(LeaseKey key) {
        corrupted.add(key);
    }

    @Override
    public Link link(TckNode node) {
        return nodes.computeIfAbsent(node.identity(), name -> new NodeStore());
    }

    private LeaseReply answer(LeaseRequest request) {
        if (corrupted.contains(request.key())) {
            return new LeaseReply.Failed(new BackendUnavailableException(
                    "the key of '" + request.key().name() + "' is broken"));
        }
        LeaseReply reply = leases.acquireOrRenew(List.of(request))
                .toCompletableFuture()
                .join()
                .get(0);
        if (reply instanceof LeaseReply.Held) {
            lastIds.put(request.key(), request.leaseId());
        }
        return reply;
    }

    private <T> CompletionStage<T> later(Duration delay, Supplier<T> value) {
        CompletableFuture<T> reply = new CompletableFuture<>();
        timer.schedule(
                new HeapTimer.Task() {
                    @Override
                    protected void fire(long nowNanos) {
                        reply.complete(value.get());
                    }
                },
                setup.clock().nanoTime() + delay.toNanos());
        return reply;
    }

    @Override
    public void close() {
        timer.stop();
    }

    /** One node's way to the store. */
    private final class NodeStore implements LeaseStore, Link {
        private final List<ReleaseListener> listeners = new CopyOnWriteArrayList<>();
        private volatile boolean cut;
        private volatile boolean repliesLost;
        private volatile boolean notificationsLost;
        private volatile Duration replyDelay = Duration.ZERO;
        private volatile Duration callDelay = Duration.ZERO;

        private <T> CompletionStage<T> call(Supplier<T> work) {
            if (!up) {
                return CompletableFuture.failedStage(new BackendUnavailableException("the backend is down"));
            }
            if (cut) {
                return new CompletableFuture<>();
            }
            if (!callDelay.isZero()) {
                return later(callDelay, work);
            }
            T value = work.get();
            if (repliesLost) {
                return new CompletableFuture<>();
            }
            return replyDelay.isZero() ? CompletableFuture.completedStage(value) : later(replyDelay, () -> value);
        }

        private void released(LeaseKey key) {
            if (!cut && !notificationsLost) {
                listeners.forEach(listener -> listener.onReleased(key));
            }
        }

        @Override
        public Set<Capability> capabilities() {
            return leases.capabilities();
        }

        @Override
        public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
            return call(() -> {
                List<LeaseReply> replies = new ArrayList<>();
                batch.forEach(request -> replies.add(answer(request)));
                return replies;
            });
        }

        @Override
        public CompletionStage<Boolean> release(LeaseKey key, String leaseId) {
            return call(() -> leases.release(key, leaseId).toCompletableFuture().join());
        }

        @Override
        public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
            if (up && !cut && corrupted.contains(key)) {
                return CompletableFuture.failedStage(
                        new BackendUnavailableException("the key of '" + key.name() + "' is broken"));
            }
            return call(() -> leases.holder(key).toCompletableFuture().join());
        }

        @Override
        public Registration subscribe(ReleaseListener listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }

        @Override
        public void close() {
            listeners.clear();
        }

        @Override
        public void cut() {
            cut = true;
        }

        @Override
        public void loseReplies() {
            repliesLost = true;
        }

        @Override
        public void delayReplies(Duration by) {
            replyDelay = by;
        }

        @Override
        public void delayCalls(Duration by) {
            callDelay = by;
        }

        @Override
        public void loseNotifications() {
            notificationsLost = true;
        }

        @Override
        public void heal() {
            boolean gap = cut || notificationsLost;
            cut = false;
            repliesLost = false;
            notificationsLost = false;
            replyDelay = Duration.ZERO;
            callDelay = Duration.ZERO;
            if (gap) {
                listeners.forEach(ReleaseListener::onGap);
            }
        }
    }
}
