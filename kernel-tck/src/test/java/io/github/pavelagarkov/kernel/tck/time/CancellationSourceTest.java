package io.github.pavelagarkov.kernel.tck.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.CancelReason;
import io.github.pavelagarkov.kernel.CancellationSource;
import io.github.pavelagarkov.kernel.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CancellationSourceTest {
    private final TestClock clock = new TestClock();
    private final CancellationSource source = new CancellationSource(clock);

    @Test
    void isNotCancelledAtFirst() {
        assertThat(source.isCancelled()).isFalse();
        assertThat(source.reason()).isEmpty();
        assertThatCode(source::throwIfCancelled).doesNotThrowAnyException();
    }

    @Test
    void theFirstReasonStays() {
        assertThat(source.cancel(CancelReason.DEADLINE)).isTrue();
        assertThat(source.cancel(CancelReason.STOP)).isFalse();

        assertThat(source.isCancelled()).isTrue();
        assertThat(source.reason()).contains(CancelReason.DEADLINE);
        assertThatThrownBy(source::throwIfCancelled)
                .isInstanceOf(CancellationException.class)
                .hasMessage("cancelled: DEADLINE");
    }

    @Test
    void actionsAreCalledOnceInOrderAndSeeTheReason() {
        List<String> seen = new ArrayList<>();
        source.onCancel(() -> seen.add("first " + source.reason().orElseThrow()));
        source.onCancel(() -> seen.add("second"));

        source.cancel(CancelReason.MANUAL);
        source.cancel(CancelReason.MANUAL);

        assertThat(seen).containsExactly("first MANUAL", "second");
    }

    @Test
    void anActionAfterCancellationIsCalledAtOnce() {
        AtomicInteger calls = new AtomicInteger();
        source.cancel(CancelReason.STOP);

        Registration registration = source.onCancel(calls::incrementAndGet);

        assertThat(calls).hasValue(1);
        assertThat(registration.remove()).isFalse();
    }

    @Test
    void anActionThatWasTakenBackIsNotCalled() {
        AtomicInteger calls = new AtomicInteger();
        Registration registration = source.onCancel(calls::incrementAndGet);

        assertThat(registration.remove()).isTrue();
        assertThat(registration.remove()).isFalse();
        source.cancel(CancelReason.STOP);

        assertThat(calls).hasValue(0);
    }

    @Test
    void takingBackOneOfTwoEqualRegistrationsTwiceLeavesTheOther() {
        AtomicInteger calls = new AtomicInteger();
        Runnable action = calls::incrementAndGet;
        Registration first = source.onCancel(action);
        source.onCancel(action);

        assertThat(first.remove()).isTrue();
        assertThat(first.remove()).isFalse();
        source.cancel(CancelReason.STOP);

        assertThat(calls).hasValue(1);
    }

    @Test
    void whatAnActionThrowsIsDroppedAndTheNextIsCalled() {
        AtomicInteger calls = new AtomicInteger();
        source.onCancel(() -> {
            throw new IllegalStateException("broken action");
        });
        source.onCancel(() -> {
            throw new AssertionError("broken action");
        });
        source.onCancel(calls::incrementAndGet);

        assertThat(source.cancel(CancelReason.STOP)).isTrue();

        assertThat(calls).hasValue(1);
    }

    @Test
    void anExecutorThatRefusesLosesNoAction() {
        AtomicInteger calls = new AtomicInteger();
        source.onCancel(calls::incrementAndGet);
        RejectedExecutionException refused = new RejectedExecutionException("no thread is left");

        assertThatThrownBy(() -> source.cancel(CancelReason.STOP, action -> {
                    throw refused;
                }))
                .isSameAs(refused);

        assertThat(calls).hasValue(1);
        assertThat(source.reason()).contains(CancelReason.STOP);
    }

    @Test
    void anActionMayRegisterAnother() {
        AtomicInteger calls = new AtomicInteger();
        source.onCancel(() -> source.onCancel(calls::incrementAndGet));

        source.cancel(CancelReason.STOP);

        assertThat(calls).hasValue(1);
    }

    @Test
    void sleepLastsItsTimeOrUntilCancellation() {
        BlockingQueue<String> results = new LinkedBlockingQueue<>();
        for (int seconds : new int[] {5, 60}) {
            clock.threads()
                    .newThread(() -> {
                        try {
                            results.add(seconds + " whole " + source.sleep(Duration.ofSeconds(seconds)));
                        } catch (InterruptedException e) {
                            results.add("interrupted");
                        }
                    })
                    .start();
        }

        clock.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(results).isEmpty();
        clock.advance(Duration.ofNanos(1));
        assertThat(results).containsExactly("5 whole true");

        source.cancel(CancelReason.STOP);
        clock.settle();
        assertThat(results).containsExactly("5 whole true", "60 whole false");
    }

    @Test
    void sleepOfACancelledTokenReturnsAtOnce() throws InterruptedException {
        source.cancel(CancelReason.STOP);

        assertThat(source.sleep(Duration.ofHours(1))).isFalse();
    }

    @Test
    void ofTwoCancellersOneWinsAndNoActionIsLostOrCalledTwice() throws InterruptedException {
        for (int round = 0; round < 1_000; round++) {
            CancellationSource raced = new CancellationSource(clock);
            AtomicInteger calls = new AtomicInteger();
            AtomicInteger winners = new AtomicInteger();
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                boolean cancels = t < 2;
                threads.add(new Thread(() -> {
                    awaitQuietly(go);
                    if (!cancels) {
                        raced.onCancel(calls::incrementAndGet);
                    } else if (raced.cancel(CancelReason.STOP)) {
                        winners.incrementAndGet();
                    }
                }));
            }
            threads.forEach(Thread::start);

            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }

            assertThat(winners).as("round %d", round).hasValue(1);
            assertThat(calls).as("round %d", round).hasValue(2);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
