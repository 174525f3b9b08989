package io.github.pavelagarkov.kernel.core.internal.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.event.JobEvent;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.Fire;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where ends of runs come thick, a listener is not woken for each. */
class GatheringTest {
    private static final Duration GATHER = Duration.ofMillis(10);

    private final TestClock clock = new TestClock();
    private final ListenerQueues queues = ListenerQueues.gathering(clock, KernelThreads.of(clock.threads()), GATHER);
    private final List<KernelEvent> told = new CopyOnWriteArrayList<>();
    private int runs;

    @BeforeEach
    void listen() {
        queues.add("seen", new KernelListener() {
            @Override
            public void onEvent(KernelEvent event) {
                told.add(event);
            }
        });
        clock.settle();
    }

    @AfterEach
    void close() {
        queues.close();
    }

    private void endRuns(int count) {
        for (int i = 0; i < count; i++) {
            RunResult run = new RunResult(
                    "refresh",
                    ++runs,
                    "abc",
                    Fire.SCHEDULED,
                    Instant.EPOCH,
                    Duration.ZERO,
                    Duration.ZERO,
                    Outcome.SUCCESS,
                    Optional.empty());
            queues.publish(() -> new JobEvent.Finished("main", run));
        }
        clock.settle();
    }

    private List<Long> toldRuns() {
        return told.stream()
                .filter(JobEvent.Finished.class::isInstance)
                .map(event -> ((JobEvent.Finished) event).result().runId())
                .toList();
    }

    /** The first comes within the time of gathering after the lane began to rest, so the next may wait. */
    private void makeThick() {
        endRuns(1);
        assertThat(toldRuns()).containsExactly(1L);
    }

    @Test
    void endsOfRunsThatComeThickAreToldTogether() {
        makeThick();

        endRuns(3);
        clock.advance(Duration.ofMillis(9));
        endRuns(1);
        assertThat(toldRuns()).containsExactly(1L);
        clock.advance(Duration.ofMillis(1));

        assertThat(toldRuns()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void oneThatComesAloneIsToldAtOnce() {
        clock.advance(GATHER);
        for (long run = 1; run <= 5; run++) {
            endRuns(1);

            assertThat(toldRuns()).hasSize((int) run).endsWith(run);
            clock.advance(GATHER.multipliedBy(2));
        }
    }

    @Test
    void twoThatComeAfterALongRestAreToldAtOnce() {
        clock.advance(GATHER);

        endRuns(1);
        endRuns(1);

        assertThat(toldRuns()).containsExactly(1L, 2L);
    }

    @Test
    void afterAGatheringOfNothingOneIsToldAtOnceAgain() {
        makeThick();
        clock.advance(GATHER.multipliedBy(2));

        endRuns(1);

        assertThat(toldRuns()).containsExactly(1L, 2L);
    }

    @Test
    void anyOtherEventWakesTheListenerAndComesInItsTurn() {
        makeThick();
        endRuns(2);

        queues.publish(() -> new KernelEvent.Fatal("main", new StackOverflowError()));
        clock.settle();

        assertThat(toldRuns()).containsExactly(1L, 2L, 3L);
        assertThat(told).hasSize(4).last().isInstanceOf(KernelEvent.Fatal.class);
    }

    @Test
    void noneIsLostWhenMoreComeThanTheQueueHolds() {
        makeThick();

        for (int portion = 0; portion < 20; portion++) {
            // In portions: what is worked off at all has to be worked off before the next.
            endRuns(300);
        }
        clock.advance(GATHER);

        assertThat(toldRuns()).hasSize(6_001).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aListenerThatInterruptsItsThreadIsToldOfAll() {
        List<KernelEvent> heard = new CopyOnWriteArrayList<>();
        queues.add("rude", new KernelListener() {
            @Override
            public void onEvent(KernelEvent event) {
                heard.add(event);
                Thread.currentThread().interrupt();
            }
        });
        clock.settle();

        for (int i = 0; i < 5; i++) {
            endRuns(3);
        }
        clock.advance(GATHER);

        assertThat(heard).hasSize(15);
    }

    /** A clock that a test moves must not find events that lie about at the point to which it was moved. */
    @Test
    void theyGatherByTheClockOfTheMachineAlone() {
        assertThat(ListenerQueues.gatherBy(KernelClock.system())).isEqualTo(GATHER);
        assertThat(ListenerQueues.gatherBy(clock)).isZero();
    }

    @Test
    void closingDoesNotWaitForTheEndOfTheGathering() {
        makeThick();
        endRuns(2);

        assertThat(queues.close(Duration.ofSeconds(5))).isTrue();

        assertThat(toldRuns()).containsExactly(1L, 2L, 3L);
    }
}
