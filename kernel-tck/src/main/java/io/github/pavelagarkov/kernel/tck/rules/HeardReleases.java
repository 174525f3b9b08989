package io.github.pavelagarkov.kernel.tck.rules;

import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what a store tells its subscribers. Thread-safe. */
final class HeardReleases implements LeaseStore.ReleaseListener {
    private final List<LeaseKey> released = new CopyOnWriteArrayList<>();
    private final AtomicInteger gaps = new AtomicInteger();

    @Override
    public void onReleased(LeaseKey key) {
        released.add(key);
    }

    @Override
    public void onGap() {
        gaps.incrementAndGet();
    }

    List<LeaseKey> released() {
        return List.copyOf(released);
    }

    int gaps() {
        return gaps.get();
    }
}
