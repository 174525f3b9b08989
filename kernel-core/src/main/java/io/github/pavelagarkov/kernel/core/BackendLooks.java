package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus.Backend;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers how the backends answered when they were last asked, and asks again in the background when somebody looks: each on
 * a thread of its own and once at a time, so that one which hangs holds up one thread, no other backend and nobody who looks.
 * Thread-safe; never blocks.
 */
final class BackendLooks {
    /** Between an answer and the next question. */
    private static final Duration FRESH = Duration.ofSeconds(5);
    /** Checks give up after 2 s: what takes longer hangs, in a driver or in a part of the application's own. */
    private static final Duration SILENT = Duration.ofSeconds(5);

    private final KernelClock clock;
    private final Executor background;
    private final Supplier<List<KernelCheck>> checks;
    private final Map<String, Look> looks = new ConcurrentHashMap<>();

    BackendLooks(KernelClock clock, Executor background, Supplier<List<KernelCheck>> checks) {
        this.clock = clock;
        this.background = background;
        this.checks = checks;
    }

    /** A question that has not been answered. */
    private record Question(long asked, Instant at) {}

    private record Answer(Backend backend, long came) {}

    private static final class Look {
        final AtomicReference<@Nullable Question> open = new AtomicReference<>();
        volatile @Nullable Answer last;
    }

    /** {@return how they answered last, and asks again behind that} */
    List<Backend> now() {
        return checks.get().stream().map(this::now).toList();
    }

    private Backend now(KernelCheck check) {
        Look look = looks.computeIfAbsent(check.name(), name -> new Look());
        askIfDue(check, look);
        Answer last = look.last;
        Backend known = last == null
                ? new Backend(check.name(), Optional.empty(), "not asked yet", Optional.empty())
                : last.backend();
        Question open = look.open.get();
        return open != null && clock.nanoTime() - open.asked() >= SILENT.toNanos() ? silent(known, open) : known;
    }

    /** What was true before it hung is said as that, and not as if it were true now. */
    private static Backend silent(Backend known, Question open) {
        String before = known.asked().isPresent() ? "; before that: " + known.message() : "";
        return new Backend(
                known.name(),
                Optional.of(false),
                "has not answered since " + open.at().truncatedTo(ChronoUnit.SECONDS) + before,
                known.asked());
    }

    private void askIfDue(KernelCheck check, Look look) {
        long now = clock.nanoTime();
        Answer last = look.last;
        boolean fresh = last != null && now - last.came() < FRESH.toNanos();
        Question question = new Question(now, Instant.ofEpochMilli(clock.wallMillis()));
        // A question that hangs is never asked a second time: its thread hangs as well.
        if (!fresh && look.open.compareAndSet(null, question)) {
            try {
                background.execute(() -> ask(check, look));
            } catch (RuntimeException | OutOfMemoryError e) {
                // No thread is to be had, of a stopped container or at the limit of the process: the old answer stays.
                look.open.set(null);
            }
        }
    }

    private void ask(KernelCheck check, Look look) {
        try {
            KernelCheck.Result result = check.run();
            Instant at = Instant.ofEpochMilli(clock.wallMillis());
            look.last = new Answer(
                    new Backend(check.name(), Optional.of(result.healthy()), result.message(), Optional.of(at)),
                    clock.nanoTime());
        } catch (Throwable e) {
            // A driver that lacks a class: an answer as well, and one that is not asked for again with every look.
            Instant at = Instant.ofEpochMilli(clock.wallMillis());
            look.last = new Answer(
                    new Backend(
                            check.name(),
                            Optional.of(false),
                            "cannot be asked: " + e.getClass().getName(),
                            Optional.of(at)),
                    clock.nanoTime());
        } finally {
            look.open.set(null);
        }
    }
}
