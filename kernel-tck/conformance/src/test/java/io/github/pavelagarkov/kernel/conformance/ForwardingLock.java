package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.lock.LockHandle;
import java.time.Duration;
import java.util.Optional;

/** Does what the real one does, unless told otherwise. */
class ForwardingLock implements DistributedLock, AutoCloseable {
    private final DistributedLock real;

    ForwardingLock(DistributedLock real) {
        this.real = real;
    }

    @Override
    public Optional<LockHandle> tryLock(String name, Duration ttl) {
        return real.tryLock(name, ttl);
    }

    @Override
    public Optional<LockHandle> lock(String name, Duration ttl, Duration wait) throws InterruptedException {
        return real.lock(name, ttl, wait);
    }

    @Override
    public void close() throws Exception {
        if (real instanceof AutoCloseable resource) {
            resource.close();
        }
    }
}
