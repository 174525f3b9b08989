package io.github.pavelagarkov.kernel.tck.rules;

import io.github.pavelagarkov.kernel.job.ContextCarrier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps a map for each thread, as a log library does, and watches how its scopes are used. Thread-safe. */
final class MapCarrier implements ContextCarrier {
    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    final List<String> misuses = new CopyOnWriteArrayList<>();
    private final ThreadLocal<Map<String, String>> current = ThreadLocal.withInitial(Map::of);

    /** {@return what the calling thread has} */
    Map<String, String> get() {
        return current.get();
    }

    /** Gives the calling thread a context. */
    void set(Map<String, String> context) {
        current.set(Map.copyOf(context));
    }

    @Override
    public Snapshot capture() {
        return new MapSnapshot(current.get());
    }

    @Override
    public Snapshot clean() {
        return new MapSnapshot(Map.of());
    }

    private final class MapSnapshot implements Snapshot {
        private final Map<String, String> base;

        MapSnapshot(Map<String, String> base) {
            this.base = base;
        }

        @Override
        public Scope open(Map<String, String> fields) {
            Thread owner = Thread.currentThread();
            Map<String, String> before = current.get();
            Map<String, String> inside = new HashMap<>(base);
            inside.putAll(fields);
            set(inside);
            opened.incrementAndGet();
            return () -> {
                if (Thread.currentThread() != owner) {
                    misuses.add("a scope that was opened on " + owner + " was closed on " + Thread.currentThread());
                }
                current.set(before);
                closed.incrementAndGet();
            };
        }

        @Override
        public Optional<String> field(String name) {
            return Optional.ofNullable(base.get(name));
        }
    }
}
