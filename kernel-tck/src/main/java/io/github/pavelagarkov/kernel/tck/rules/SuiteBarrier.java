package io.github.pavelagarkov.kernel.tck.rules;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** For a shutdown registry whose fixture has no barrier: goes up, goes down, and is down for good. Thread-safe. */
final class SuiteBarrier implements ReadinessBarrier {
    private volatile State state = State.NEW;
    private volatile String reason = "not started";

    @Override
    public boolean isReady() {
        return state == State.RUNNING;
    }

    @Override
    public ReadinessSnapshot snapshot() {
        return new ReadinessSnapshot(0, state, isReady(), reason, Instant.EPOCH, Map.of());
    }

    @Override
    public ReadinessComponent component(String name) {
        return new Always(name);
    }

    @Override
    public boolean remove(String name) {
        return false;
    }

    @Override
    public boolean awaitReady(Duration atMost) {
        throw unsupported();
    }

    @Override
    public CompletionStage<ReadinessSnapshot> whenReady() {
        throw unsupported();
    }

    @Override
    public Registration addListener(ReadinessListener listener) {
        throw unsupported();
    }

    private static UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException(
                "the suite's own barrier only goes up and down; give the suite one by KernelFixture.readinessBarrier");
    }

    @Override
    public void start() {
        if (state != State.TERMINATED) {
            state = State.RUNNING;
        }
    }

    @Override
    public void stop() {
        if (state != State.TERMINATED) {
            state = State.STOPPED;
        }
    }

    @Override
    public void beginShutdown(String why) {
        reason = "shutting down: " + why;
        state = State.TERMINATED;
    }

    private record Always(String name) implements ReadinessComponent {
        @Override
        public SignalResult ready() {
            return SignalResult.UNCHANGED;
        }

        @Override
        public SignalResult notReady(String reason) {
            return SignalResult.UNCHANGED;
        }

        @Override
        public ReadinessSnapshot.Status status() {
            return new ReadinessSnapshot.Status(true, "", Instant.EPOCH);
        }
    }
}
