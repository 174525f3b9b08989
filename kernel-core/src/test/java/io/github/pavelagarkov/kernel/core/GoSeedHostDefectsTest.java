package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.StopMode;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What the Go library gets wrong as the host of a process. */
final class GoSeedHostDefectsTest {
    private static final Duration UP = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(20);

    private final KernelFixture on = new KernelFixture();

    private static JavaProcess ready(String behaviour) {
        JavaProcess process = JavaProcess.of(HostMain.class).args(behaviour).start();
        process.awaitLine("^" + HostMain.READY + "$", UP);
        return process;
    }

    @Test
    void a1_runAloneRunsTheHooksOnASignal() {
        try (JavaProcess process = ready("waits")) {
            process.signal("TERM");

            assertThat(process.awaitExit(END)).isEqualTo(143);
            assertThat(process.lines())
                    .extracting(line -> line.text())
                    .contains("hook first (SIGTERM)", "hook last (SIGTERM)");
        }
    }

    @Test
    void a2_quickStartCompilesAndOneCallStartsItAll() {
        Kernel kernel = on.builder()
                .job(JobSpec.named("refresh")
                        .every(Duration.ofSeconds(30))
                        .task(context -> on.log.add("refresh"))
                        .build())
                .leaderJob(
                        "billing",
                        JobSpec.named("settle")
                                .every(Duration.ofMinutes(1))
                                .task(context -> on.log.add("settle"))
                                .build())
                .build();
        on.spawn(kernel::run);

        on.clock.advance(Duration.ofSeconds(70));

        assertThat(on.log).containsExactlyInAnyOrder("refresh", "refresh", "settle");
        on.stop(kernel);
    }

    @Test
    void a6_failedStartLeavesSignalsToTheProcess() {
        try (JavaProcess process = ready("component-throws-and-main-goes-on")) {
            process.signal("TERM");

            assertThat(process.awaitExit(END)).isEqualTo(143);
        }
    }

    @Test
    void a7_stopByAnythingButASignalLeavesSignalsToTheProcess() {
        try (JavaProcess process = ready("body-stops-and-main-goes-on")) {
            process.signal("INT");

            assertThat(process.awaitExit(END)).isEqualTo(130);
        }
    }

    @Test
    void a8_exceptionInTheBodyIsNoSuccess() {
        try (JavaProcess process =
                JavaProcess.of(HostMain.class).args("body-throws").start()) {
            assertThat(process.awaitExit(UP)).isEqualTo(1);
            assertThat(process.lines())
                    .extracting(line -> line.text())
                    .anyMatch(line -> line.startsWith("hook first "))
                    .anyMatch(line -> line.startsWith("hook last "));
        }
    }

    @Test
    void a13_runsGoOnWhileTrafficDrains() {
        Kernel kernel = on.builder("kernel.shutdown.drain-delay", "5s")
                .job(JobSpec.named("slow")
                        .every(Duration.ofSeconds(1))
                        .stopMode(StopMode.IMMEDIATE)
                        .task(context -> {
                            context.cancellation().onCancel(() -> on.log.add("cancelled"));
                            on.hang();
                        })
                        .build())
                .hook(HookSpec.of("http", ShutdownRegistry.HIGH, context -> on.log.add("http stops")))
                .build();
        kernel.start();
        on.clock.advance(Duration.ofMillis(1_500));

        on.spawn(() -> kernel.stop("SIGTERM"));
        on.clock.advance(Duration.ofSeconds(4));
        assertThat(on.log).isEmpty();
        on.clock.advance(Duration.ofMinutes(1));

        assertThat(on.log).startsWith("http stops", "cancelled");
    }

    @Test
    void a14_leaderOnlyWorkHasItsPlaceAmongTheHooks() {
        Kernel kernel = on.builder()
                .supervise("billing", on.work("work"))
                .hook(on.logs("at-once", ShutdownRegistry.IMMEDIATE))
                .hook(on.logs("traffic", ShutdownRegistry.HIGH))
                .build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(1));
        on.log.clear();

        on.stop(kernel);

        assertThat(on.log).containsExactly("at-once", "work stopped CLOSED", "traffic");
    }

    @Test
    void a15_registrationFromManyThreadsLosesNothing() throws Exception {
        int writers = 8;
        int each = 100;
        Kernel kernel = Kernel.builder().build();
        kernel.start();
        CountDownLatch go = new CountDownLatch(1);
        List<Throwable> errors = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            String prefix = "writer-" + writer + "-";
            Thread thread = on.clock.threads().newThread(() -> {
                try {
                    go.await();
                    for (int i = 0; i < each; i++) {
                        kernel.shutdown().register(prefix + i, 1 + i, context -> {});
                        var unused = kernel.scheduler()
                                .register(JobSpec.named(prefix + i)
                                        .every(Duration.ofHours(1))
                                        .task(context -> {})
                                        .build());
                    }
                } catch (Throwable e) {
                    errors.add(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(kernel.scheduler().jobs()).hasSize(writers * each);
        ShutdownReport report = kernel.stop("test");

        assertThat(errors).isEmpty();
        assertThat(report.clean()).isTrue();
        assertThat(KernelFixture.names(report))
                .filteredOn(name -> name.startsWith("writer-"))
                .hasSize(writers * each);
    }
}
