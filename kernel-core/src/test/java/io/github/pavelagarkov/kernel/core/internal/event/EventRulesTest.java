package io.github.pavelagarkov.kernel.core.internal.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.event.KernelEvent.Fatal;
import io.github.pavelagarkov.kernel.event.KernelEvent.ListenerTrouble;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;

class EventRulesTest {
    private final Error error = new StackOverflowError();

    private final TestClock clock = new TestClock();
    private final ListenerQueues queues = ListenerQueues.create(clock, KernelThreads.of(clock.threads()));
    private final Seen seen = new Seen();
    private int published;
    private final CountDownLatch release = new CountDownLatch(1);

    /** Keeps what it is told. */
    private static final class Seen implements KernelListener {
        final List<String> fatals = new CopyOnWriteArrayList<>();
        final List<ListenerTrouble> troubles = new CopyOnWriteArrayList<>();

        @Override
        public void onFatal(Fatal event) {
            fatals.add(event.component());
        }

        @Override
        public void onListenerTrouble(ListenerTrouble event) {
            troubles.add(event);
        }
    }

    @AfterEach
    void letHangingListenersGo() {
        release.countDown();
    }

    private KernelListener hanging(List<String> told) {
        return new KernelListener() {
            @Override
            public void onFatal(Fatal event) {
                told.add(event.component());
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    private static KernelListener throwing() {
        return new KernelListener() {
            @Override
            public void onFatal(Fatal event) {
                throw new IllegalStateException("broken on " + event.component());
            }
        };
    }

    private void publish(int count) {
        for (int i = 0; i < count; i++) {
            String component = "c" + published++;
            queues.publish(() -> new Fatal(component, error));
        }
    }

    @Rule("EV-1")
    void ev1_eventsArriveInOrder() {
        queues.add("seen", seen);

        publish(1000);
        clock.settle();

        assertThat(seen.fatals)
                .isEqualTo(IntStream.range(0, 1000).mapToObj(i -> "c" + i).toList());
    }

    @Rule("EV-1")
    void ev1_withoutAListenerNoEventIsMade() {
        AtomicInteger made = new AtomicInteger();
        Registration registration = queues.add("seen", seen);
        registration.remove();

        queues.publish(() -> {
            made.incrementAndGet();
            return new Fatal("x", error);
        });

        assertThat(made).hasValue(0);
    }

    @Rule("EV-1")
    void ev1_overflowDropsTheOldestAndIsReportedOnceAMinute() {
        List<String> told = new CopyOnWriteArrayList<>();
        queues.add("slow", hanging(told));
        queues.add("seen", seen);
        publish(1);
        clock.settle();

        // One is being delivered, 1,024 wait, 10 of the oldest go.
        for (int i = 0; i < 11; i++) {
            publish(94);
            // In portions, so that the other listener does not overflow as well.
            clock.settle();
        }
        clock.settle();
        assertThat(seen.troubles).singleElement().satisfies(trouble -> {
            assertThat(trouble.listener()).isEqualTo("slow");
            assertThat(trouble.dropped()).isEqualTo(1);
        });
        release.countDown();
        clock.settle();
        assertThat(told).hasSize(1 + 1024).startsWith("c0", "c11", "c12").endsWith("c1034");
        assertThat(seen.troubles).hasSize(1);

        clock.advance(Duration.ofMinutes(1));

        assertThat(seen.troubles).hasSize(2);
        assertThat(seen.troubles.get(1).dropped()).isEqualTo(9);
    }

    @Rule("EV-1")
    void ev1_throwingListenerIsCountedReportedAndGoesOn() {
        queues.add("broken", throwing());
        queues.add("seen", seen);

        publish(5);
        clock.settle();
        clock.advance(Duration.ofMinutes(1));

        assertThat(seen.fatals).hasSize(5);
        assertThat(seen.troubles.stream().mapToLong(ListenerTrouble::failed).sum())
                .isEqualTo(5);
        assertThat(seen.troubles).hasSize(2);
        assertThat(seen.troubles.get(0).error())
                .get()
                .extracting(Throwable::getMessage)
                .isEqualTo("broken on c0");
    }

    @Rule("EV-1")
    void ev1_hangingListenerDelaysNeitherPublisherNorOthers() {
        List<String> told = new CopyOnWriteArrayList<>();
        queues.add("slow", hanging(told));
        queues.add("seen", seen);

        publish(100);
        clock.settle();

        assertThat(told).hasSize(1);
        assertThat(seen.fatals).hasSize(100);
    }

    @Rule("EV-1")
    void ev1_publishThrowsNothingEvenIfTheEventCannotBeMade() {
        queues.add("seen", seen);

        queues.publish(() -> {
            throw new IllegalArgumentException("no such event");
        });
        clock.settle();

        assertThat(seen.troubles)
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.listener()).isEqualTo("event-maker"));
    }

    @Rule("EV-1")
    void ev1_troubleOfTheOnlyListenerIsKeptForTheNextOne() {
        queues.add("broken", throwing());
        publish(3);
        clock.settle();

        queues.add("seen", seen);
        publish(1);
        clock.settle();

        assertThat(seen.troubles)
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.failed()).isEqualTo(3));
    }

    @Rule("EV-1")
    void ev1_removedListenerHearsNoMore() {
        Registration registration = queues.add("seen", seen);
        publish(1);
        clock.settle();

        assertThat(registration.remove()).isTrue();
        assertThat(registration.remove()).isFalse();
        publish(1);
        clock.settle();

        assertThat(seen.fatals).hasSize(1);
    }

    @Rule("EV-1")
    void ev1_closeDeliversWhatIsLeftAndTakesNoMore() {
        queues.add("seen", seen);
        publish(500);

        assertThat(queues.close(Duration.ofSeconds(5))).isTrue();

        assertThat(seen.fatals).hasSize(500);
        publish(1);
        assertThat(seen.fatals).hasSize(500);
        assertThatIllegalStateException()
                .isThrownBy(() -> queues.add("late", seen))
                .withMessage("listener 'late' cannot be added: the event queues are closed");
        assertThat(queues.close(Duration.ZERO)).isTrue();
    }

    @Rule("EV-1")
    void ev1_closeIsBoundedAndInterruptsTheListenerThatHangs() {
        List<String> told = new CopyOnWriteArrayList<>();
        queues.add("slow", hanging(told));
        queues.add("seen", seen);
        publish(10);
        List<Boolean> delivered = new CopyOnWriteArrayList<>();

        clock.threads()
                .newThread(() -> delivered.add(queues.close(Duration.ofSeconds(2))))
                .start();
        clock.advance(Duration.ofMillis(1_999));
        assertThat(delivered).isEmpty();
        clock.advance(Duration.ofMillis(1));

        assertThat(delivered).containsExactly(false);
        assertThat(seen.fatals).hasSize(10);
        assertThat(told).hasSize(1);
    }

    @Rule("EV-1")
    void ev1_badNameIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> queues.add("Bad Name", seen));
    }
}
