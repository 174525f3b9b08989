package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.lock.LockHandle;
import java.time.Duration;

/** Does what the real one does, unless told otherwise. */
class ForwardingHandle implements LockHandle {
    private final LockHandle real;

    ForwardingHandle(LockHandle real) {
        this.real = real;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public long fencingToken() {
        return real.fencingToken();
    }

    @Override
    public boolean isHeld() {
        return real.isHeld();
    }

    @Override
    public Duration remaining() {
        return real.remaining();
    }

    @Override
    public boolean extend(Duration ttl) {
        return real.extend(ttl);
    }

    @Override
    public boolean unlock() {
        return real.unlock();
    }

    @Override
    public Registration onLost(Runnable action) {
        return real.onLost(action);
    }

    @Override
    public void close() {
        real.close();
    }
}
