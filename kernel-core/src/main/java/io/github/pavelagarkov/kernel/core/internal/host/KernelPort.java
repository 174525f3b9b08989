package io.github.pavelagarkov.kernel.core.internal.host;

import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A port that the start opens and the stop closes, whichever of the two comes first: once it has been closed nothing listens
 * there. Thread-safe.
 */
public final class KernelPort {
    /** What listens. */
    public interface Listening extends AutoCloseable {
        /** {@return the port it listens on} */
        int port();

        @Override
        void close();
    }

    private final Supplier<? extends Listening> opener;
    private volatile @Nullable Listening server;
    private volatile boolean closed;

    /**
     * Makes one that is not open.
     *
     * @param opener opens it
     */
    public KernelPort(Supplier<? extends Listening> opener) {
        this.opener = opener;
    }

    /**
     * Opens it.
     *
     * @throws io.github.pavelagarkov.kernel.KernelException if that is not possible
     */
    public void open() {
        if (closed) {
            return;
        }
        Listening opened = opener.get();
        server = opened;
        if (closed) {
            // The stop has overtaken the start: its hook saw no port yet.
            opened.close();
        }
    }

    /** Closes it, now or as soon as it has been opened. Idempotent. */
    public void close() {
        closed = true;
        Listening open = server;
        if (open != null) {
            open.close();
        }
    }

    /** {@return the port it listens on, or listened on; empty if it has never been open} */
    public OptionalInt number() {
        Listening open = server;
        return open == null ? OptionalInt.empty() : OptionalInt.of(open.port());
    }
}
