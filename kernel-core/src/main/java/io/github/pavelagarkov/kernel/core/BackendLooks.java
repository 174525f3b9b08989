package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus.Backend;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Remembers how the backends answered when they were last asked, and asks again in the background when somebody looks.
 * Thread-safe; never blocks.
 */
final class BackendLooks {
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final KernelClock clock;
    private final Executor background;
    private final Supplier<List<KernelCheck>> checks;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile List<Backend> answers = List.of();
    private volatile long asked;

    BackendLooks(KernelClock clock, Executor background, Supplier<List<KernelCheck>> checks) {
        this.clock = clock;
        this.background = background;
        this.checks = checks;
    }

    /** {@return how they answered last, and asks again behind that} */
    List<Backend> now() {
        boolean fresh = !answers.isEmpty() && clock.nanoTime() - asked < FRESH.toNanos();
        if (!fresh && asking.compareAndSet(false, true)) {
            try {
                background.execute(this::ask);
            } catch (RuntimeException e) {
                // A container that has stopped lends no threads any more: the old answers stay, with their age.
                asking.set(false);
            }
        }
        List<Backend> last = answers;
        return last.isEmpty()
                ? checks.get().stream()
                        .map(check -> new Backend(check.name(), Optional.empty(), "not asked yet", Optional.empty()))
                        .toList()
                : last;
    }

    private void ask() {
        try {
            answers = checks.get().stream().map(this::ask).toList();
            asked = clock.nanoTime();
        } finally {
            asking.set(false);
        }
    }

    private Backend ask(KernelCheck check) {
        KernelCheck.Result result = check.run();
        return new Backend(
                check.name(),
                Optional.of(result.healthy()),
                result.message(),
                Optional.of(Instant.ofEpochMilli(clock.wallMillis())));
    }
}
