package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The life of a kernel in virtual time. */
final class KernelTest {
    private final KernelFixture on = new KernelFixture();

    private JobSpec counting(String name, AtomicInteger runs) {
        return JobSpec.named(name)
                .every(Duration.ofSeconds(1))
                .task(context -> runs.incrementAndGet())
                .build();
    }

    @Test
    void ev2_startsReadinessThenComponentsThenSchedulersThenElections() {
        AtomicInteger runs = new AtomicInteger();
        Kernel kernel = on.builder()
                .job(counting("tick", runs))
                .supervise("billing", on.work("work"))
                .onStart(
                        "one",
                        started -> on.log.add("one " + started.scheduler().state() + " "
                                + started.readiness().snapshot().state() + " ready "
                                + started.readiness().isReady() + " elections "
                                + started.elector().elections().size()))
                .onStart("two", started -> on.log.add("two"))
                .build();

        kernel.start();
        on.clock.advance(Duration.ofMillis(3_500));

        assertThat(on.log).containsExactly("one NEW RUNNING ready false elections 0", "two", "work started");
        assertThat(runs).hasValue(3);
        assertThat(kernel.readiness().isReady()).isTrue();
        on.stop(kernel);
    }

    @Test
    void sd2_stopsReadinessLeaderWorkTrafficSchedulersPoolsStores() {
        Kernel kernel = on.builder()
                .supervise("billing", on.work("work"))
                .hook(on.logs("last", ShutdownRegistry.LOWEST))
                .hook(on.logs("pool", ShutdownRegistry.LOW))
                .hook(on.logs("worker", ShutdownRegistry.MEDIUM))
                .hook(on.logs("traffic", ShutdownRegistry.HIGH))
                .hook(on.logs("at-once", ShutdownRegistry.IMMEDIATE))
                .build();
        kernel.shutdown()
                .register(
                        "look",
                        ShutdownRegistry.IMMEDIATE,
                        context -> on.log.add("ready "
                                + kernel.readiness().isReady() + " "
                                + kernel.readiness().snapshot().state()));
        kernel.start();
        on.clock.advance(Duration.ofSeconds(1));
        on.log.clear();

        ShutdownReport report = on.stop(kernel);

        assertThat(on.log)
                .containsExactly(
                        "at-once",
                        "ready false TERMINATED",
                        "work stopped CLOSED",
                        "traffic",
                        "worker",
                        "pool",
                        "last");
        assertThat(KernelFixture.names(report))
                .containsExactly(
                        "at-once",
                        "look",
                        "elections",
                        "traffic",
                        "scheduler-jobs",
                        "worker",
                        "locks",
                        "pool",
                        "lease-store",
                        "last");
        assertThat(report.clean()).isTrue();
        assertThat(on.store.isClosed()).isTrue();
    }

    @Test
    void startsOnceAndNeverAfterAStop() {
        Kernel kernel = on.builder("kernel.identity", "me").build();
        kernel.start();

        assertThatThrownBy(kernel::start).hasMessage("kernel me is STARTED, it can be started once");
        on.stop(kernel);
        assertThatThrownBy(kernel::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("kernel me is STOPPED, it can be started once");
    }

    @Test
    void stopBeforeStartRunsTheHooksAndEndsIt() {
        Kernel kernel = on.builder().hook(on.logs("hook", ShutdownRegistry.LOW)).build();

        ShutdownReport report = on.stop(kernel);

        assertThat(report.clean()).isTrue();
        assertThat(on.log).containsExactly("hook");
        assertThatThrownBy(kernel::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void sd5_closingTwiceIsOneStop() {
        Kernel kernel = on.builder().hook(on.logs("hook", ShutdownRegistry.LOW)).build();
        kernel.start();

        ShutdownReport report = on.stop(kernel);
        kernel.close();

        assertThat(kernel.stop("again")).isSameAs(report);
        assertThat(on.log).containsExactly("hook");
    }

    @Test
    void ev2_failingComponentRunsTheHooksAndThrowsTheFirstProblem() {
        AtomicInteger runs = new AtomicInteger();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Kernel kernel = on.builder()
                .job(counting("tick", runs))
                .onStart("database", started -> started.shutdown().register(on.logs("database", ShutdownRegistry.LOW)))
                .onStart("broken", started -> {
                    throw new IOException("no such file");
                })
                .onStart("never", started -> on.log.add("never"))
                .build();

        on.spawn(() -> {
            try {
                kernel.start();
            } catch (RuntimeException e) {
                thrown.set(e);
            }
        });
        on.clock.advance(Duration.ofMinutes(1));

        assertThat(thrown.get())
                .isInstanceOf(KernelException.class)
                .hasMessage("component 'broken' could not be started: no such file")
                .hasCauseInstanceOf(IOException.class);
        assertThat(on.log).containsExactly("database");
        assertThat(runs).hasValue(0);
        assertThat(kernel.shutdown().report().orElseThrow().reason()).isEqualTo("start failed: " + thrown.get());
    }

    @Test
    void stopDuringStartLeavesNothingRunning() {
        AtomicInteger runs = new AtomicInteger();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        List<KernelEvent.Started> told = new CopyOnWriteArrayList<>();
        Kernel kernel = on.builder("kernel.identity", "me")
                .job(counting("tick", runs))
                .supervise("billing", on.work("work"))
                .listener("recorder", new KernelListener() {
                    @Override
                    public void onStarted(KernelEvent.Started event) {
                        told.add(event);
                    }
                })
                .onStart("stops", started -> started.stop("changed my mind"))
                .onStart("never", started -> on.log.add("never"))
                .build();

        on.spawn(() -> {
            try {
                kernel.start();
            } catch (RuntimeException e) {
                thrown.set(e);
            }
        });
        on.clock.advance(Duration.ofMinutes(1));

        assertThat(thrown.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("kernel me was stopped while it was starting");
        assertThat(runs).hasValue(0);
        assertThat(on.log).isEmpty();
        assertThat(told).isEmpty();
        assertThat(kernel.shutdown().report().orElseThrow().reason()).isEqualTo("changed my mind");
    }

    @Test
    void interruptOfWhoeverWaitsInRunStopsInOrder() {
        Kernel kernel = on.builder().hook(on.logs("hook", ShutdownRegistry.LOW)).build();
        AtomicReference<Boolean> flag = new AtomicReference<>();
        Thread main = on.spawn(() -> {
            var unused = kernel.run();
            flag.set(Thread.currentThread().isInterrupted());
        });
        on.clock.advance(Duration.ofSeconds(1));

        main.interrupt();
        on.clock.advance(Duration.ofMinutes(1));

        assertThat(flag).hasValue(true);
        assertThat(on.log).containsExactly("hook");
        assertThat(kernel.shutdown().report().orElseThrow().reason()).isEqualTo("main was interrupted");
    }

    @Test
    void shutdownThroughTheRegistryEndsRun() {
        Kernel kernel = on.builder().build();
        AtomicReference<ShutdownReport> returned = new AtomicReference<>();
        on.spawn(() -> returned.set(kernel.run()));
        on.clock.advance(Duration.ofSeconds(1));

        on.spawn(() -> kernel.shutdown().shutdown("by hand"));
        on.clock.advance(Duration.ofMinutes(1));

        assertThat(returned.get())
                .isNotNull()
                .isSameAs(kernel.shutdown().report().orElseThrow());
    }

    @Test
    void twoKernelsInOneJvmKnowNothingOfEachOther() {
        AtomicInteger runs = new AtomicInteger();
        Kernel first = on.bare().job(counting("tick", new AtomicInteger())).build();
        Kernel second = on.bare().job(counting("tick", runs)).build();
        first.start();
        second.start();

        on.stop(first);
        runs.set(0);
        on.clock.advance(Duration.ofSeconds(10));

        assertThat(runs).hasValue(10);
        assertThat(second.readiness().isReady()).isTrue();
        assertThat(second.readiness().snapshot().state()).isEqualTo(ReadinessBarrier.State.RUNNING);
        assertThat(first.scheduler().state()).isEqualTo(JobScheduler.State.STOPPED);
        assertThat(first.identity()).isNotEqualTo(second.identity());
        on.stop(second);
    }

    @Test
    void whatIsGivenToTheBuilderLaterIsNotInTheKernelBuiltBefore() {
        KernelBuilder builder = on.bare();
        Kernel kernel = builder.build();

        builder.onStart("late", started -> on.log.add("late"));
        kernel.start();

        assertThat(on.log).isEmpty();
        on.stop(kernel);
    }
}
