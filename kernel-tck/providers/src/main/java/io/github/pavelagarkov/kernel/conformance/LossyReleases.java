package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Loses notifications between a store and those who subscribed: on the wire they cannot be told from answers. Thread-safe.
 */
final class LossyReleases {
    private final List<LeaseStore.ReleaseListener> listeners = new CopyOnWriteArrayList<>();
    private volatile boolean lost;

    /** {@return the store, whose notifications can be lost} */
    LeaseStore filter(LeaseStore real) {
        return new ForwardingStore(real) {
            @Override
            public Registration subscribe(ReleaseListener listener) {
                listeners.add(listener);
                Registration subscription = super.subscribe(new ReleaseListener() {
                    @Override
                    public void onReleased(LeaseKey key) {
                        if (!lost) {
                            listener.onReleased(key);
                        }
                    }

                    @Override
                    public void onGap() {
                        if (!lost) {
                            listener.onGap();
                        }
                    }
                });
                return () -> {
                    listeners.remove(listener);
                    return subscription.remove();
                };
            }
        };
    }

    void lose() {
        lost = true;
    }

    void heal() {
        if (lost) {
            lost = false;
            listeners.forEach(LeaseStore.ReleaseListener::onGap);
        }
    }
}
