package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import java.time.Duration;

/** Does what the real one does, unless told otherwise. */
class ForwardingBackend implements TckBackend {
    private final TckBackend real;

    ForwardingBackend(TckBackend real) {
        this.real = real;
    }

    @Override
    public void down() {
        real.down();
    }

    @Override
    public void up() {
        real.up();
    }

    @Override
    public void loseData() {
        real.loseData();
    }

    @Override
    public void delete(LeaseKey key) {
        real.delete(key);
    }

    @Override
    public void takeOver(LeaseKey key, Duration ttl) {
        real.takeOver(key, ttl);
    }

    @Override
    public void corrupt(LeaseKey key) {
        real.corrupt(key);
    }

    @Override
    public Link link(TckNode node) {
        return real.link(node);
    }
}
