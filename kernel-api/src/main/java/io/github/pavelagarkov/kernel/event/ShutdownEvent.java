package io.github.pavelagarkov.kernel.event;

import io.github.pavelagarkov.kernel.shutdown.HookResult;
import io.github.pavelagarkov.kernel.shutdown.ShutdownPlan;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;

/** Something that happened in a shutdown. */
public sealed interface ShutdownEvent extends KernelEvent {
    /**
     * The shutdown has begun.
     *
     * @param reason why
     * @param plan what will run
     */
    record Started(String reason, ShutdownPlan plan) implements ShutdownEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onShutdownStarted(this);
        }
    }

    /**
     * A hook has ended or was given up on.
     *
     * @param result how
     */
    record HookFinished(HookResult result) implements ShutdownEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onHookFinished(this);
        }
    }

    /**
     * The shutdown is over.
     *
     * @param report what happened
     */
    record Finished(ShutdownReport report) implements ShutdownEvent {
        @Override
        public void deliverTo(KernelListener listener) {
            listener.onShutdownFinished(this);
        }
    }
}
