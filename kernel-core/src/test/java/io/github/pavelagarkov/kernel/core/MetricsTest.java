package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.readiness.SnapshotReadinessBarrier;
import io.github.pavelagarkov.kernel.core.metrics.KernelMeter;
import io.github.pavelagarkov.kernel.core.metrics.MeterKind;
import io.github.pavelagarkov.kernel.core.metrics.MeterLabel;
import io.github.pavelagarkov.kernel.core.metrics.MeterSeries;
import io.github.pavelagarkov.kernel.core.metrics.MeterSink;
import io.github.pavelagarkov.kernel.core.telemetry.KernelTelemetry;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The figures of a kernel as a real SDK of OpenTelemetry has them, in virtual time. */
final class MetricsTest {
    private final KernelFixture on = new KernelFixture();
    private final Figures figures = new Figures();

    @AfterEach
    void close() {
        figures.close();
    }

    private KernelBuilder builder(String... settings) {
        return on.builder(settings).with(KernelTelemetry.of(figures.sdk));
    }

    private static JobSpec everySecond(String name, Runnable work) {
        return JobSpec.named(name)
                .every(Duration.ofSeconds(1))
                .task(context -> work.run())
                .build();
    }

    @Rule("EV-3")
    void ev3_whatIsKnownAtTheStartIsThereWithZero() {
        Kernel kernel = builder()
                .election("mail")
                .job(everySecond("tidy", () -> {}))
                .hook(HookSpec.of("flush", ShutdownRegistry.LOW, context -> {}))
                .build();

        kernel.start();

        assertThat(figures.of(KernelMeter.JOB_RUN, "tidy", "error")).hasValue(0);
        assertThat(figures.of(KernelMeter.JOB_SKIPPED, "tidy", "missed")).hasValue(0);
        assertThat(figures.of(KernelMeter.JOB_ACTIVE, "tidy")).hasValue(0);
        assertThat(figures.of(KernelMeter.LEADER_TRANSITION, "mail", "lost")).hasValue(0);
        assertThat(figures.of(KernelMeter.SHUTDOWN_HOOK, "flush", "abandoned")).hasValue(0);
        assertThat(figures.of(KernelMeter.LISTENER_LOST, "log")).hasValue(0);
        assertThat(figures.of(KernelMeter.FATAL)).hasValue(0);
        assertThat(figures.of(KernelMeter.READINESS_STATE, "all")).hasValue(1);
        assertThat(figures.of(KernelMeter.LIVENESS_STATE)).hasValue(1);
        assertThat(figures.of(KernelMeter.SHUTDOWN_STATE)).hasValue(0);
        on.stop(kernel);
    }

    @Test
    void runsAreCountedByTheirEndAndMeasured() {
        Kernel kernel = builder()
                .job(everySecond("good", () -> {}))
                .job(everySecond("bad", () -> {
                    throw new IllegalStateException("no");
                }))
                .build();
        kernel.start();
        double begun = figures.of(KernelMeter.JOB_LAST_SUCCESS, "bad").orElseThrow();

        on.clock.advance(Duration.ofMillis(10_500));

        assertThat(figures.of(KernelMeter.JOB_RUN, "good", "success")).hasValue(10);
        assertThat(figures.of(KernelMeter.JOB_RUN, "bad", "error")).hasValue(10);
        assertThat(figures.of(KernelMeter.JOB_RUN, "bad", "success")).hasValue(0);
        assertThat(figures.of(KernelMeter.JOB_RUN_DURATION, "good", "success")).hasValue(10);
        assertThat(figures.sum(KernelMeter.JOB_RUN_DURATION, "good", "success")).isZero();
        assertThat(figures.of(KernelMeter.JOB_WAIT_DURATION, "bad")).hasValue(10);
        assertThat(figures.of(KernelMeter.JOB_LAST_SUCCESS, "good").orElseThrow())
                .isCloseTo(begun + 10, within(0.4));
        assertThat(figures.of(KernelMeter.JOB_LAST_SUCCESS, "bad")).hasValue(begun);
        assertThat(figures.of(KernelMeter.JOB_NEXT_RUN, "good").orElseThrow()).isCloseTo(begun + 11, within(0.4));
        on.stop(kernel);
    }

    @Test
    void pausedJobSaysSoAndHasNoNextRun() {
        Kernel kernel = builder().job(everySecond("tidy", () -> {})).build();
        kernel.start();

        kernel.scheduler().job("tidy").orElseThrow().pause();

        assertThat(figures.of(KernelMeter.JOB_PAUSED, "tidy")).hasValue(1);
        assertThat(figures.of(KernelMeter.JOB_NEXT_RUN, "tidy")).hasValue(0);
        on.stop(kernel);
    }

    @Test
    void leadershipIsShownAndItsEndsAreCounted() {
        Kernel kernel = builder().election("mail").build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(1));
        assertThat(figures.of(KernelMeter.LEADER_STATE, "mail")).hasValue(1);
        assertThat(figures.of(KernelMeter.LEADER_UNKNOWN, "mail")).hasValue(0);
        assertThat(figures.of(KernelMeter.LEADER_LEASE_REMAINING, "mail").orElseThrow())
                .isBetween(1.0, 15.0);
        assertThat(figures.of(KernelMeter.LEADER_TRANSITION, "mail", "acquired"))
                .hasValue(1);

        on.store.cutOff();
        on.clock.advance(Duration.ofSeconds(30));

        assertThat(figures.of(KernelMeter.LEADER_STATE, "mail")).hasValue(0);
        assertThat(figures.of(KernelMeter.LEADER_UNKNOWN, "mail")).hasValue(1);
        assertThat(figures.of(KernelMeter.LEADER_LEASE_REMAINING, "mail")).hasValue(0);
        assertThat(figures.of(KernelMeter.LEADER_TRANSITION, "mail", "lost")).hasValue(1);
        assertThat(figures.of(KernelMeter.LEADER_TRANSITION, "mail", "resigned"))
                .hasValue(0);
        assertThat(figures.of(KernelMeter.LEADER_TROUBLE, "mail").orElseThrow()).isGreaterThanOrEqualTo(1);
        on.stop(kernel);
    }

    @Test
    void leadershipThatIsGivenUpIsNotLost() {
        Kernel kernel = builder().election("mail").build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(1));

        var unused = kernel.election("mail").stepDown(Duration.ofMinutes(1));
        on.clock.advance(Duration.ofSeconds(1));

        assertThat(figures.of(KernelMeter.LEADER_TRANSITION, "mail", "resigned"))
                .hasValue(1);
        assertThat(figures.of(KernelMeter.LEADER_TRANSITION, "mail", "lost")).hasValue(0);
        on.stop(kernel);
    }

    @Test
    void componentThatIsNotReadyIsSeenByName() {
        Kernel kernel = builder().build();
        kernel.start();
        var unused = kernel.readiness().component("cache").notReady("cold");
        on.clock.advance(Duration.ofMillis(10));

        assertThat(figures.of(KernelMeter.READINESS_STATE, "cache")).hasValue(0);
        assertThat(figures.of(KernelMeter.READINESS_STATE, "all")).hasValue(0);
        assertThat(figures.of(KernelMeter.READINESS_STATE, "started")).hasValue(1);
        on.stop(kernel);
    }

    @Test
    void hooksAreCountedByTheirEnd() {
        Kernel kernel = builder()
                .hook(HookSpec.of(
                        "fine",
                        ShutdownRegistry.LOW,
                        context -> on.clock.park(
                                on.clock.nanoTime() + Duration.ofSeconds(2).toNanos())))
                .hook(HookSpec.of("broken", ShutdownRegistry.LOW, context -> {
                    throw new IllegalStateException("no");
                }))
                .build();
        kernel.start();

        on.stop(kernel);

        assertThat(figures.of(KernelMeter.SHUTDOWN_HOOK, "fine", "ok")).hasValue(1);
        assertThat(figures.of(KernelMeter.SHUTDOWN_HOOK, "broken", "failed")).hasValue(1);
        assertThat(figures.of(KernelMeter.SHUTDOWN_HOOK, "broken", "ok")).hasValue(0);
        assertThat(figures.sum(KernelMeter.SHUTDOWN_HOOK_DURATION, "fine")).isCloseTo(2, within(0.1));
    }

    @Rule("EV-3")
    void ev3_nobodyIsAskedAnyMoreOnceTheKernelHasStopped() {
        Kernel kernel = builder().job(everySecond("tidy", () -> {})).build();
        kernel.start();

        on.stop(kernel);

        assertThat(figures.of(KernelMeter.READINESS_STATE, "all")).isEmpty();
        assertThat(figures.of(KernelMeter.JOB_ACTIVE, "tidy")).isEmpty();
    }

    @Test
    void jobThatComesLaterIsSeenWithItsFirstRunAndOneThatGoesIsForgotten() {
        Kernel kernel = builder().build();
        kernel.start();
        kernel.jobs().add(everySecond("later", () -> {}));
        on.clock.advance(Duration.ofMillis(2_500));
        assertThat(figures.of(KernelMeter.JOB_RUN, "later", "success")).hasValue(2);

        kernel.scheduler().unregister("later", Duration.ZERO);
        var unused = figures.all();

        assertThat(figures.of(KernelMeter.JOB_RUN, "later", "success")).isEmpty();
        kernel.jobs().add(everySecond("later", () -> {}));
        on.clock.advance(Duration.ofMillis(1_500));
        assertThat(figures.of(KernelMeter.JOB_RUN, "later", "success")).hasValue(1);
        on.stop(kernel);
    }

    @Rule("EV-3")
    void ev3_thereAreNoMoreThanSoManySeries() {
        Kernel kernel = builder().build();
        for (int i = 0; i < 1_100; i++) {
            kernel.jobs().add(everySecond("job-" + i, () -> {}));
        }

        kernel.start();

        assertThat(figures.all().stream()
                        .filter(metric -> metric.getName().equals(KernelMeter.JOB_ACTIVE.key()))
                        .flatMap(metric -> metric.getData().getPoints().stream()))
                .hasSize(1_000);
        on.stop(kernel);
    }

    @Test
    void everyNameUnitAndLabelIsThatOfTheTable() {
        Kernel kernel =
                builder().election("mail").job(everySecond("tidy", () -> {})).build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(2));

        assertThat(figures.all()).hasSizeGreaterThan(12).allSatisfy(metric -> {
            KernelMeter meter = meter(metric);
            assertThat(metric.getUnit()).isEqualTo(meter.unit());
            assertThat(metric.getDescription()).isEqualTo(meter.help());
            assertThat(metric.getInstrumentationScopeInfo().getName()).isEqualTo(KernelTelemetry.SCOPE);
            assertThat(metric.getData().getPoints())
                    .isNotEmpty()
                    .allSatisfy(point -> assertThat(
                                    point.getAttributes().asMap().keySet())
                            .extracting(Object::toString)
                            .containsExactlyInAnyOrderElementsOf(
                                    meter.labels().stream().map(MeterLabel::key).toList()));
        });
        on.stop(kernel);
    }

    private static KernelMeter meter(MetricData metric) {
        return Arrays.stream(KernelMeter.values())
                .filter(meter -> meter.key().equals(metric.getName()))
                .findFirst()
                .orElseThrow();
    }

    @Rule("EV-3")
    void ev3_labelHasOneOfItsValuesOrTheNameOfSomething() {
        assertThatThrownBy(() -> MeterSeries.of(KernelMeter.JOB_RUN, "tidy", "so-so"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "label kernel.job.outcome of metric kernel.job.run must be one of [success, error, deadline,"
                                + " cancelled, abandoned], was 'so-so'");
        assertThatThrownBy(() -> MeterSeries.of(KernelMeter.JOB_RUN, "tidy"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("metric kernel.job.run needs a value for each of [JOB, RUN_OUTCOME], got [tidy]");
    }

    @Rule("EV-3")
    void ev3_sinkThatThrowsIsReportedOnceAndHarmsNothing() {
        List<KernelEvent.TaskFailed> failures = new CopyOnWriteArrayList<>();
        Kernel kernel = builder()
                .metrics(ThrowingSink::new)
                .metrics(() -> {
                    throw new NoClassDefFoundError("some/Library");
                })
                .listener("failures", new KernelListener() {
                    @Override
                    public void onTaskFailed(KernelEvent.TaskFailed event) {
                        failures.add(event);
                    }
                })
                .job(everySecond("tidy", () -> {}))
                .build();
        kernel.start();

        on.clock.advance(Duration.ofMillis(3_500));

        assertThat(failures)
                .extracting(failure -> failure.error().getMessage())
                .containsExactly("some/Library", "cannot");
        assertThat(figures.of(KernelMeter.JOB_RUN, "tidy", "success")).hasValue(3);
        on.stop(kernel);
    }

    @Rule("EV-3")
    void ev3_sinkThatRefusesASeriesIsClosedLikeAll() {
        PickySink picky = new PickySink(KernelMeter.JOB_ACTIVE);
        Kernel kernel = builder()
                .metrics(() -> picky)
                .job(everySecond("tidy", () -> {}))
                .build();
        kernel.start();
        assertThat(picky.gauges).contains(MeterSeries.of(KernelMeter.LIVENESS_STATE));

        on.stop(kernel);

        assertThat(picky.gauges).isEmpty();
    }

    @Rule("EV-3")
    void ev3_sinkThatThrowsAtAFigureKeepsNoneFromOthers() {
        List<KernelEvent.TaskFailed> failures = new CopyOnWriteArrayList<>();
        Kernel kernel = on.builder()
                .metrics(() -> new PickySink(KernelMeter.FATAL))
                .with(KernelTelemetry.of(figures.sdk))
                .listener("failures", new KernelListener() {
                    @Override
                    public void onTaskFailed(KernelEvent.TaskFailed event) {
                        failures.add(event);
                    }
                })
                .job(everySecond("tidy", () -> {}))
                .build();
        kernel.start();

        on.clock.advance(Duration.ofMillis(3_500));

        assertThat(figures.of(KernelMeter.JOB_RUN_DURATION, "tidy", "success")).hasValue(3);
        assertThat(figures.of(KernelMeter.JOB_WAIT_DURATION, "tidy")).hasValue(3);
        assertThat(failures).hasSize(1);
        on.stop(kernel);
    }

    @Test
    void sinkThatIsOpenedWhileAStopComesIsClosed() {
        PickySink late = new PickySink(KernelMeter.FATAL);
        Kernel[] self = new Kernel[1];
        Kernel kernel = builder()
                .metrics(() -> {
                    on.stop(self[0]);
                    return late;
                })
                .build();
        self[0] = kernel;

        assertThatThrownBy(kernel::start).isInstanceOf(IllegalStateException.class);

        assertThat(late.gauges).isEmpty();
        assertThat(late.closed).isTrue();
    }

    @Rule("EV-3")
    void ev3_kernelStartsWhenAPartCannotBeAsked() {
        AtomicBoolean broken = new AtomicBoolean();
        ReadinessBarrier barrier =
                SnapshotReadinessBarrier.create(on.clock, KernelThreads.of(on.clock.threads()), Events.none());
        ReadinessBarrier asked = (ReadinessBarrier) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ReadinessBarrier.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("snapshot") && broken.getAndSet(false)) {
                        throw new IllegalStateException("cannot be asked");
                    }
                    return method.invoke(barrier, arguments);
                });
        Kernel kernel = builder().readiness(asked).build();
        broken.set(true);

        kernel.start();

        assertThat(broken).isFalse();
        assertThat(figures.of(KernelMeter.LIVENESS_STATE)).hasValue(1);
        assertThat(figures.of(KernelMeter.READINESS_STATE, "all")).hasValue(1);
        on.stop(kernel);
    }

    @Test
    void electionThatLeadsNothingHasNoFigures() {
        Kernel kernel = builder("kernel.jobs.names", "settle", "kernel.jobs.settle.enabled", "false")
                .leaderJob("billing", everySecond("settle", () -> {}))
                .election("mail")
                .build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(1));

        assertThat(figures.of(KernelMeter.LEADER_STATE, "billing")).isEmpty();
        assertThat(figures.of(KernelMeter.LEADER_STATE, "mail")).hasValue(1);
        on.stop(kernel);
    }

    @Test
    void withoutASinkThereIsNoListener() {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        ThreadFactory listing = task -> {
            Thread made = on.clock.threads().newThread(task);
            threads.add(made);
            return made;
        };
        Kernel kernel = on.builder().threads(listing).build();
        Kernel measured = builder().threads(listing).build();

        kernel.start();
        assertThat(threads).extracting(Thread::getName).doesNotContain("kernel-events-metrics");
        measured.start();

        assertThat(threads).extracting(Thread::getName).containsOnlyOnce("kernel-events-metrics");
        on.stop(kernel);
        on.stop(measured);
    }

    @Test
    void everyMeterHasNamesOfItsOwn() {
        assertThat(KernelMeter.values()).extracting(KernelMeter::key).doesNotHaveDuplicates();
        assertThat(KernelMeter.values())
                .extracting(meter -> new MeterSeries(
                                meter,
                                meter.labels().stream()
                                        .map(label -> label.allowed().isEmpty()
                                                ? "x"
                                                : label.allowed().get(0))
                                        .toList())
                        .flatName())
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("kernel(\\.[a-z0-9_-]+)+"));
        assertThat(KernelMeter.values())
                .filteredOn(meter -> meter.kind() == MeterKind.HISTOGRAM)
                .allMatch(meter -> meter.unit().equals("s"));
    }

    /** Has gauges, refuses those of one meter, and throws at every figure. */
    private static final class PickySink implements MeterSink {
        private final KernelMeter refused;
        private final Set<MeterSeries> gauges = ConcurrentHashMap.newKeySet();
        private volatile boolean closed;

        PickySink(KernelMeter refused) {
            this.refused = refused;
        }

        @Override
        public void gauge(MeterSeries series, DoubleSupplier value) {
            if (series.meter() == refused) {
                throw new IllegalStateException("refused");
            }
            gauges.add(series);
        }

        @Override
        public void counter(MeterSeries series, LongSupplier total) {}

        @Override
        public LongConsumer counter(MeterSeries series) {
            return more -> {
                throw new IllegalStateException("no figure");
            };
        }

        @Override
        public DoubleConsumer histogram(MeterSeries series) {
            return seconds -> {
                throw new IllegalStateException("no figure");
            };
        }

        @Override
        public void remove(MeterSeries series) {
            gauges.remove(series);
        }

        @Override
        public void close() {
            closed = true;
            gauges.clear();
        }
    }

    private static final class ThrowingSink implements MeterSink {
        @Override
        public void gauge(MeterSeries series, DoubleSupplier value) {
            throw new IllegalStateException("cannot");
        }

        @Override
        public void counter(MeterSeries series, LongSupplier total) {
            throw new IllegalStateException("cannot");
        }

        @Override
        public LongConsumer counter(MeterSeries series) {
            throw new IllegalStateException("cannot");
        }

        @Override
        public DoubleConsumer histogram(MeterSeries series) {
            throw new IllegalStateException("cannot");
        }

        @Override
        public void remove(MeterSeries series) {
            throw new IllegalStateException("cannot");
        }

        @Override
        public void close() {
            throw new IllegalStateException("cannot");
        }
    }
}
