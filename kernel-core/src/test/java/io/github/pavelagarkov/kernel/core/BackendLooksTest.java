package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus.Backend;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How backends are shown that answer late or never, in virtual time. */
final class BackendLooksTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final TestClock clock = new TestClock();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Duration hangs = Duration.ZERO;

    private final KernelCheck slow = Checks.of("kernel-slow", () -> {
        asked.incrementAndGet();
        try {
            clock.park(clock.nanoTime() + hangs.toNanos());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return Checks.healthy("answers", Map.of());
    });
    private final KernelCheck quick = Checks.of("kernel-quick", () -> Checks.healthy("answers", Map.of()));

    private final BackendLooks looks =
            new BackendLooks(clock, KernelThreads.of(clock.threads()).executor("test"), () -> List.of(slow, quick));

    private Backend lookAt(String name) {
        return looks.now().stream()
                .filter(backend -> backend.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void oneThatHangsIsShownAsItWasAndSinceWhenItHasBeenSilent() {
        lookAt("kernel-slow");
        clock.advance(Duration.ofSeconds(10));
        hangs = Duration.ofHours(1);

        assertThat(lookAt("kernel-slow"))
                .isEqualTo(new Backend("kernel-slow", Optional.of(true), "answers", Optional.of(START)));
        clock.advance(Duration.ofSeconds(4));
        assertThat(lookAt("kernel-slow").healthy()).as("a slow answer").hasValue(true);
        clock.advance(Duration.ofSeconds(1));

        assertThat(lookAt("kernel-slow"))
                .isEqualTo(new Backend(
                        "kernel-slow",
                        Optional.of(false),
                        "has not answered since 2026-01-01T00:00:10Z; before that: answers",
                        Optional.of(START)));
    }

    @Test
    void oneThatHangsFromTheFirstQuestionOnHasNoBefore() {
        hangs = Duration.ofHours(1);
        assertThat(lookAt("kernel-slow").message()).isEqualTo("not asked yet");
        clock.advance(Duration.ofSeconds(5));

        assertThat(lookAt("kernel-slow"))
                .isEqualTo(new Backend(
                        "kernel-slow",
                        Optional.of(false),
                        "has not answered since 2026-01-01T00:00:00Z",
                        Optional.empty()));
    }

    @Test
    void oneThatHangsHoldsUpNoOther() {
        hangs = Duration.ofHours(1);
        for (int second = 0; second < 60; second++) {
            looks.now();
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(lookAt("kernel-quick").asked().orElseThrow()).isAfter(START.plusSeconds(50));
        assertThat(asked).as("threads that hang").hasValue(1);
    }

    @Test
    void oneThatComesBackIsAskedAgain() {
        hangs = Duration.ofMinutes(1);
        lookAt("kernel-slow");
        clock.advance(Duration.ofMinutes(1));
        hangs = Duration.ZERO;

        assertThat(lookAt("kernel-slow").healthy()).hasValue(true);
        clock.advance(Duration.ofSeconds(10));
        lookAt("kernel-slow");
        clock.advance(Duration.ofSeconds(1));
        assertThat(lookAt("kernel-slow").asked()).hasValue(START.plusSeconds(70));
    }

    @Test
    void oneThatCannotBeAskedIsShownSoAndNotAskedWithEveryLook() {
        AtomicInteger asked = new AtomicInteger();
        KernelCheck broken = Checks.of("kernel-broken", () -> {
            asked.incrementAndGet();
            throw new NoClassDefFoundError("com/example/Driver");
        });
        BackendLooks looks =
                new BackendLooks(clock, KernelThreads.of(clock.threads()).executor("test"), () -> List.of(broken));
        looks.now();
        clock.advance(Duration.ofSeconds(1));

        assertThat(looks.now())
                .containsExactly(new Backend(
                        "kernel-broken",
                        Optional.of(false),
                        "cannot be asked: java.lang.NoClassDefFoundError",
                        Optional.of(START)));
        clock.advance(Duration.ofSeconds(1));
        assertThat(asked).hasValue(1);
    }

    @Test
    void aContainerThatLendsNoThreadsLeavesWhatIsKnown() {
        BackendLooks refused = new BackendLooks(
                clock,
                task -> {
                    throw new RejectedExecutionException("the container has stopped");
                },
                () -> List.of(quick));
        refused.now();
        clock.advance(Duration.ofMinutes(1));

        assertThat(refused.now())
                .containsExactly(new Backend("kernel-quick", Optional.empty(), "not asked yet", Optional.empty()));
    }
}
