package io.github.pavelagarkov.kernel.core.leases;

import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what a store told its subscribers. */
public final class Heard implements LeaseStore.ReleaseListener {
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

    /** {@return the leases that were told to be free, in order} */
    public List<LeaseKey> released() {
        return List.copyOf(released);
    }

    /** {@return how often notifications may have been lost} */
    public int gaps() {
        return gaps.get();
    }
}
