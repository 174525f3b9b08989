package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One node's way to a store that all nodes share: each call meets the fault that the test has planned for it. Faults happen on
 * the test's clock. Thread-safe.
 */
final class ScriptedLeaseStore implements LeaseStore {
    /** What becomes of one call. */
    @FunctionalInterface
    interface Fault {
        @Nullable
        <T> CompletionStage<T> happen(Backend backend, Supplier<CompletionStage<T>> call);
    }

    /** What all nodes share. */
    static final class Backend {
        private final TestClock clock;
        private final HeapTimer timer;
        private final Map<LeaseKey, String> lastIds = new ConcurrentHashMap<>();
        private final Set<LeaseKey> persisted = ConcurrentHashMap.newKeySet();
        private volatile InMemoryLeaseStore leases;
        private volatile boolean silent;
        private final List<ReleaseListener> listeners = new CopyOnWriteArrayList<>();

        Backend(TestClock clock) {
            this.clock = clock;
            this.timer = new HeapTimer(clock, KernelThreads.of(clock.threads()), "scripted-store", 0);
            this.timer.start();
            this.leases = fresh();
        }

        private InMemoryLeaseStore fresh() {
            InMemoryLeaseStore store = new InMemoryLeaseStore(clock);
            var unused = store.subscribe(new ReleaseListener() {
                @Override
                public void onReleased(LeaseKey key) {
                    if (!silent) {
                        listeners.forEach(listener -> listener.onReleased(key));
                    }
                }

                @Override
                public void onGap() {}
            });
            return store;
        }

        /** DEL: nobody is told. */
        void delete(LeaseKey key) {
            boolean before = silent;
            silent = true;
            String id = lastIds.get(key);
            if (id != null) {
                var unused = leases.release(key, id);
            }
            silent = before;
        }

        /** Another id holds the lease, whoever held it before. */
        void takeOver(LeaseKey key, Duration ttl) {
            delete(key);
            ask(new LeaseRequest(key, LeaseRequest.Mode.ACQUIRE, "foreign", "stranger", ttl));
        }

        /** PERSIST: others see a lease that never ends. */
        void persist(LeaseKey key) {
            persisted.add(key);
        }

        /** FLUSHALL: leases and tokens are gone, nobody is told. */
        void flush() {
            leases = fresh();
        }

        void loseNotifications() {
            silent = true;
        }

        void gap() {
            listeners.forEach(ReleaseListener::onGap);
        }

        void after(Duration delay, Runnable step) {
            timer.schedule(
                    new HeapTimer.Task() {
                        @Override
                        protected void fire(long nowNanos) {
                            step.run();
                        }
                    },
                    clock.nanoTime() + delay.toNanos());
        }

        private LeaseReply ask(LeaseRequest request) {
            LeaseReply reply = leases.acquireOrRenew(List.of(request))
                    .toCompletableFuture()
                    .join()
                    .get(0);
            if (reply instanceof LeaseReply.Held) {
                lastIds.put(request.key(), request.leaseId());
            }
            return reply instanceof LeaseReply.Taken && persisted.contains(request.key())
                    ? new LeaseReply.Taken(Optional.empty())
                    : reply;
        }

        Optional<LeaderInfo> holder(LeaseKey key) {
            return leases.holder(key).toCompletableFuture().join();
        }
    }

    private static final Fault HEALTHY = new Fault() {
        @Override
        public <T> CompletionStage<T> happen(Backend backend, Supplier<CompletionStage<T>> call) {
            return call.get();
        }
    };

    private final Backend backend;
    private final Queue<Fault> next = new ConcurrentLinkedQueue<>();
    private final Map<LeaseKey, Throwable> brokenKeys = new ConcurrentHashMap<>();
    /** Every request that was sent, whatever became of it. */
    final List<LeaseRequest> requests = new CopyOnWriteArrayList<>();
    /** Every id that was given back. */
    final List<String> releases = new CopyOnWriteArrayList<>();

    private volatile Fault always = HEALTHY;
    private volatile Fault releasing = HEALTHY;
    private volatile Fault asking = HEALTHY;

    ScriptedLeaseStore(Backend backend) {
        this.backend = backend;
    }

    // ---- what a test plans

    /** The next calls of acquireOrRenew, one fault each; then as before. */
    void next(Fault... faults) {
        next.addAll(List.of(faults));
    }

    /** Every call of acquireOrRenew that has no fault of its own. */
    void always(Fault fault) {
        always = fault;
    }

    void onRelease(Fault fault) {
        releasing = fault;
    }

    void onHolder(Fault fault) {
        asking = fault;
    }

    /** Nothing goes through any longer, as if the process or its network had gone. */
    void cut() {
        always = lostRequest();
        releasing = lostRequest();
        asking = lostRequest();
    }

    void heal() {
        next.clear();
        brokenKeys.clear();
        always = HEALTHY;
        releasing = HEALTHY;
        asking = HEALTHY;
    }

    void breakKey(LeaseKey key, Throwable cause) {
        brokenKeys.put(key, cause);
    }

    static Fault healthy() {
        return HEALTHY;
    }

    static Fault lostRequest() {
        return new Fault() {
            @Override
            public <T> CompletionStage<T> happen(Backend backend, Supplier<CompletionStage<T>> call) {
                return new CompletableFuture<>();
            }
        };
    }

    static Fault lostReply() {
        return new Fault() {
            @Override
            public <T> CompletionStage<T> happen(Backend backend, Supplier<CompletionStage<T>> call) {
                var unused = call.get();
                return new CompletableFuture<>();
            }
        };
    }

    static Fault lateReply(Duration delay) {
        return new Fault() {
            @Override
            public <T> CompletionStage<T> happen(Backend backend, Supplier<CompletionStage<T>> call) {
                T answer = call.get().toCompletableFuture().join();
                CompletableFuture<T> reply = new CompletableFuture<>();
                backend.after(delay, () -> reply.complete(answer));
                return reply;
            }
        };
    }

    static Fault lateExecution(Duration delay) {
        return new Fault() {
            @Override
            public <T> CompletionStage<T> happen(Backend backend, Supplier<CompletionStage<T>> call) {
                CompletableFuture<T> reply = new CompletableFuture<>();
                backend.after(
                        delay,
                        () -> reply.complete(call.get().toCompletableFuture().join()));
                return reply;
            }
        };
    }

    static Fault failing(Throwable cause) {
        return new Fault() {
            @Override
            public <T> CompletionStage<T> happen(Backend backend, Supplier<CompletionStage<T>> call) {
                return CompletableFuture.failedStage(cause);
            }
        };
    }

    /** The call itself throws, as a client does that has no connection yet. */
    static Fault throwing(Supplier<Error> error) {
        return new Fault() {
            @Override
            public <T> CompletionStage<T> happen(Backend backend, Supplier<CompletionStage<T>> call) {
                throw error.get();
            }
        };
    }

    static Fault throwing(RuntimeException error) {
        return new Fault() {
            @Override
            public <T> CompletionStage<T> happen(Backend backend, Supplier<CompletionStage<T>> call) {
                throw error;
            }
        };
    }

    /** A store that breaks its contract. */
    static Fault answeringNull() {
        return new Fault() {
            @Override
            public <T> @Nullable CompletionStage<T> happen(Backend backend, Supplier<CompletionStage<T>> call) {
                return null;
            }
        };
    }

    // ---- LeaseStore

    @Override
    public Set<Capability> capabilities() {
        return backend.leases.capabilities();
    }

    @Override
    @SuppressWarnings("NullAway") // A store may break its contract here: that is one of the cases.
    public CompletionStage<List<LeaseReply>> acquireOrRenew(List<LeaseRequest> batch) {
        requests.addAll(batch);
        Fault fault = next.poll();
        return (fault != null ? fault : always).happen(backend, () -> CompletableFuture.completedStage(answer(batch)));
    }

    private List<LeaseReply> answer(List<LeaseRequest> batch) {
        List<LeaseReply> replies = new ArrayList<>();
        for (LeaseRequest request : batch) {
            Throwable broken = brokenKeys.get(request.key());
            replies.add(broken != null ? new LeaseReply.Failed(broken) : backend.ask(request));
        }
        return replies;
    }

    @Override
    @SuppressWarnings("NullAway") // See above.
    public CompletionStage<Boolean> release(LeaseKey key, String leaseId) {
        releases.add(leaseId);
        return releasing.happen(backend, () -> backend.leases.release(key, leaseId));
    }

    @Override
    @SuppressWarnings("NullAway") // See above.
    public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
        return asking.happen(backend, () -> backend.leases.holder(key));
    }

    @Override
    public Registration subscribe(ReleaseListener listener) {
        backend.listeners.add(listener);
        return () -> backend.listeners.remove(listener);
    }

    @Override
    public void close() {
        backend.listeners.clear();
    }
}
