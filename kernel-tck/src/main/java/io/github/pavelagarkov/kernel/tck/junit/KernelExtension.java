package io.github.pavelagarkov.kernel.tck.junit;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.tck.leader.ManualLeaderElector;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Runs a kernel in virtual time for each test, and tells what it did and when.
 *
 * <pre>{@code
 * @RegisterExtension
 * final KernelExtension<Kernel> kernel = KernelExtension.of(
 *         parts -> Kernel.builder()
 *                 .clock(parts.clock())
 *                 .threads(parts.threads())
 *                 .elector(parts.elector())
 *                 .listener("test", parts.timeline())
 *                 .carrier(parts.timeline())
 *                 .leaderJob("billing", JobSpec.named("settle").every(Duration.ofMinutes(5)).task(this::settle).build())
 *                 .build(),
 *         Kernel::start);
 *
 * @Test
 * void settlesWhileItLeads() {
 *     kernel.grant("billing");
 *     kernel.advance(Duration.ofHours(1));
 *
 *     assertThat(kernel.job("settle")).ran(12).neverOverlapped().ranOnlyWhileLeading("billing");
 * }
 * }</pre>
 *
 * <p>It depends on the contract alone: what is built and how it is started is the test's business. Time begins at
 * 2026-01-01T10:00Z and stands still until the test moves it; each of its steps returns when everything that follows from it
 * has been done. After the test the kernel is closed, while time passes.
 *
 * <p>Not thread-safe: belongs to the thread of the test.
 *
 * @param <K> what is built
 */
public final class KernelExtension<K extends AutoCloseable>
        implements BeforeEachCallback, AfterEachCallback, TestExecutionExceptionHandler {
    private static final ZonedDateTime BEGIN = ZonedDateTime.of(2026, 1, 1, 10, 0, 0, 0, ZoneOffset.UTC);
    private static final Duration STEP = Duration.ofMillis(50);
    /** Longer than any stop in order. */
    private static final Duration LONGEST_STOP = Duration.ofMinutes(10);

    /**
     * Builds what is tested.
     *
     * @param <K> its type
     */
    @FunctionalInterface
    public interface Build<K> {
        /**
         * {@return the kernel, not started}
         *
         * @param parts to be given to it
         * @throws Exception if it cannot be built: the test fails
         */
        K build(KernelParts parts) throws Exception;
    }

    /**
     * Starts what is tested.
     *
     * @param <K> its type
     */
    @FunctionalInterface
    public interface Start<K> {
        /**
         * Starts it. Called on a thread that time waits for.
         *
         * @param kernel was built before
         * @throws Exception if it cannot be started: the test fails
         */
        void start(K kernel) throws Exception;
    }

    private final Build<? extends K> build;
    private final Start<? super K> start;
    private final ZonedDateTime begin;
    private @Nullable Running<K> running;

    private record Running<K>(KernelParts parts, K kernel) {}

    private KernelExtension(Build<? extends K> build, Start<? super K> start, ZonedDateTime begin) {
        this.build = build;
        this.start = start;
        this.begin = begin;
    }

    /**
     * {@return an extension whose time begins at 2026-01-01T10:00Z}
     *
     * @param build called before each test
     * @param start called before each test, with what was built
     * @param <K> what is built
     */
    public static <K extends AutoCloseable> KernelExtension<K> of(Build<? extends K> build, Start<? super K> start) {
        return new KernelExtension<>(Check.notNull("build", build), Check.notNull("start", start), BEGIN);
    }

    /**
     * {@return the same with another begin}
     *
     * @param begin what the wall clock says when a test begins; times are read and told in its zone
     */
    public KernelExtension<K> startingAt(ZonedDateTime begin) {
        return new KernelExtension<>(build, start, Check.notNull("begin", begin));
    }

    // ---- for the test engine

    @Override
    public void beforeEach(ExtensionContext context) {
        TestClock clock = TestClock.inTurn(begin.toInstant());
        KernelTimeline timeline = new KernelTimeline(clock, begin);
        KernelParts parts =
                new KernelParts(clock, clock.threads(), ManualLeaderElector.on(clock, timeline.ofElector()), timeline);
        K kernel = during(clock, "build", () -> build.build(parts));
        running = new Running<>(parts, kernel);
        during(clock, "start", () -> {
            start.start(kernel);
            return kernel;
        });
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        Optional.ofNullable(running)
                .ifPresent(run -> failure.addSuppressed(new Shown(run.parts().timeline())));
        throw failure;
    }

    /** What had happened when a test failed. */
    private static final class Shown extends RuntimeException {
        private static final long serialVersionUID = 1;

        Shown(KernelTimeline timeline) {
            super("what happened until then:\n" + timeline, null, false, false);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Running<K> run = running;
        running = null;
        if (run != null) {
            during(run.parts().clock(), "close", () -> {
                run.kernel().close();
                // Closed by a kernel that took it; of no use to anybody else.
                run.parts().elector().close();
                return run;
            });
        }
    }

    /** Calls something that may wait, while time passes. */
    private static <T> T during(TestClock clock, String what, Callable<T> call) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        clock.threads()
                .newThread(() -> {
                    try {
                        outcome.complete(call.call());
                    } catch (Throwable e) {
                        // Every kind: the test fails with it.
                        outcome.completeExceptionally(e);
                    }
                })
                .start();
        if (!clock.advanceUntil(outcome::isDone, STEP, LONGEST_STOP)) {
            throw new AssertionError(what + " of the kernel has not ended within " + LONGEST_STOP + " of virtual time");
        }
        try {
            return outcome.join();
        } catch (CompletionException e) {
            throw new AssertionError(what + " of the kernel failed: " + e.getCause(), e.getCause());
        }
    }

    private Running<K> running() {
        Running<K> run = running;
        if (run == null) {
            throw new IllegalStateException("the kernel is there during a test, not before and not after");
        }
        return run;
    }

    // ---- what a test does

    /** {@return the kernel under test} */
    public K get() {
        return running().kernel();
    }

    /** {@return its time, for what {@link #advance} cannot do: standstills, suspends, steps of the wall clock} */
    public TestClock clock() {
        return running().parts().clock();
    }

    /** {@return its elector, for what {@link #grant} and {@link #revoke} cannot do: other leaders, a store that is away} */
    public ManualLeaderElector elector() {
        return running().parts().elector();
    }

    /** {@return what the wall clock says} */
    public Instant now() {
        return Instant.ofEpochMilli(clock().wallMillis());
    }

    /**
     * Lets time pass.
     *
     * @param by how long; zero or positive
     */
    public void advance(Duration by) {
        clock().advance(by);
    }

    /**
     * Lets time pass until the wall clock says so.
     *
     * @param time {@code 10:05}, of the day on which the test began, or {@code 2026-01-02T10:05}; not in the past
     */
    public void advanceTo(String time) {
        Duration by = Duration.between(now(), timeline().times().instant(time));
        if (by.isNegative()) {
            throw new IllegalArgumentException("time to advance to must not be in the past, was " + time + " at "
                    + timeline().times().text(now()));
        }
        advance(by);
    }

    /**
     * Elects this process, see {@link ManualLeaderElector#grant}.
     *
     * @param election joined by the kernel
     */
    public void grant(String election) {
        elector().grant(election);
    }

    /**
     * Takes leadership away, see {@link ManualLeaderElector#revoke(String)}.
     *
     * @param election led by the kernel
     */
    public void revoke(String election) {
        elector().revoke(election);
    }

    /**
     * Takes leadership away, see {@link ManualLeaderElector#revoke(String, DemotionReason)}.
     *
     * @param election led by the kernel
     * @param reason what the work is told
     */
    public void revoke(String election, DemotionReason reason) {
        elector().revoke(election, reason);
    }

    // ---- what it looks at

    /** {@return everything that happened so far} */
    public KernelTimeline timeline() {
        return running().parts().timeline();
    }

    /**
     * {@return what a job did so far, for {@code assertThat} of AssertJ}
     *
     * @param name the job
     */
    public JobTimeline job(String name) {
        return timeline().job(name);
    }

    /**
     * {@return how an election went so far, for {@code assertThat} of AssertJ}
     *
     * @param name the election
     */
    public ElectionTimeline election(String name) {
        return timeline().election(name);
    }
}
