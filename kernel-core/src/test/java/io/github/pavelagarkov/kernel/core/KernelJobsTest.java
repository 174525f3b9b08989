package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.Trigger;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs and what an operator says about them, in virtual time. */
final class KernelJobsTest {
    private final KernelFixture on = new KernelFixture();

    private JobSpec.Builder logs(String name) {
        return JobSpec.named(name).task(context -> on.log.add(name));
    }

    private JobSpec everySecond(String name) {
        return logs(name).every(Duration.ofSeconds(1)).build();
    }

    private static JobOverride tidy(String... settings) {
        return Objects.requireNonNull(KernelFixture.config(settings).jobs().get("tidy"));
    }

    @Test
    void settingsWinOverTheCode() {
        Kernel kernel = on.builder("kernel.jobs.names", "tidy", "kernel.jobs.tidy.every", "10s")
                .job(everySecond("tidy"))
                .build();
        kernel.start();

        on.clock.advance(Duration.ofSeconds(25));

        assertThat(on.log).containsExactly("tidy", "tidy");
        on.stop(kernel);
    }

    @Test
    void jobThatIsSwitchedOffNeverRunsAndIsShownAsSuch() {
        Kernel kernel = on.builder("kernel.jobs.names", "tidy", "kernel.jobs.tidy.enabled", "false")
                .job(everySecond("tidy"))
                .leaderJob("billing", everySecond("settle"))
                .build();
        kernel.start();

        on.clock.advance(Duration.ofSeconds(2));

        assertThat(on.log).doesNotContain("tidy").contains("settle");
        assertThat(kernel.describe()).contains("switched off by kernel.jobs.tidy.enabled");
        on.stop(kernel);
    }

    @Test
    void cronAndZoneAndDeadlineReplaceWhatTheCodeSays() {
        JobOverride override = tidy(
                "kernel.jobs.names", "tidy",
                "kernel.jobs.tidy.cron", "0 3 * * *",
                "kernel.jobs.tidy.zone", "Europe/Berlin",
                "kernel.jobs.tidy.deadline", "5m");

        JobSpec spec = override.applyTo(everySecond("tidy")).orElseThrow();

        assertThat(spec.trigger()).isEqualTo(new Trigger.Cron("0 3 * * *", ZoneId.of("Europe/Berlin")));
        assertThat(spec.deadline()).contains(Duration.ofMinutes(5));
        assertThat(spec.misfire())
                .isEqualTo(
                        logs("tidy").cron("0 3 * * *", ZoneOffset.UTC).build().misfire());
    }

    @Test
    void zoneAloneMovesTheCodesOwnCron() {
        JobOverride override = tidy("kernel.jobs.names", "tidy", "kernel.jobs.tidy.zone", "Asia/Tokyo");

        JobSpec spec = override.applyTo(
                        logs("tidy").cron("0 3 * * *", ZoneOffset.UTC).build())
                .orElseThrow();

        assertThat(spec.trigger()).isEqualTo(new Trigger.Cron("0 3 * * *", ZoneId.of("Asia/Tokyo")));
        assertThatThrownBy(() -> override.applyTo(everySecond("tidy")))
                .hasMessageContaining("kernel.jobs.tidy.zone is for cron triggers only, was Asia/Tokyo");
    }

    @Test
    void contradictingSettingsAreRefusedWithKeyAndValue() {
        assertThatThrownBy(() -> KernelFixture.config(
                        "kernel.jobs.names", "tidy",
                        "kernel.jobs.tidy.every", "10s",
                        "kernel.jobs.tidy.cron", "0 3 * * *"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kernel.jobs.tidy.every")
                .hasMessageContaining("must not be set together with cron");
        assertThatThrownBy(() -> KernelFixture.config("kernel.jobs.names", "tidy", "kernel.jobs.tidy.zone", "Berlin"))
                .hasMessageContaining("kernel.jobs.tidy.zone")
                .hasMessageContaining("a time zone such as Europe/Berlin");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 25 * * *", "every night", "0 3 * *", "0 0 31 2 *"})
    void cf2_wrongCronIsOneOfTheProblemsWithItsKeyBeforeAnyJobIsThere(String cron) {
        assertThatThrownBy(() -> KernelFixture.config(
                        "kernel.jobs.names", "tidy",
                        "kernel.jobs.tidy.cron", cron,
                        "kernel.jobs.tidy.zone", "Berlin"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kernel.jobs.tidy.cron")
                .hasMessageContaining("'" + cron + "'")
                .hasMessageContaining("a cron expression such as 0 3 * * *")
                .hasMessageContaining("kernel.jobs.tidy.zone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 3 * * *", "30 0 3 * * MON-FRI", "@daily", "0 0 L * ?"})
    void rightCronIsTaken(String cron) {
        assertThat(tidy("kernel.jobs.names", "tidy", "kernel.jobs.tidy.cron", cron)
                        .cron())
                .contains(cron);
    }

    @Test
    void settingsForAJobThatNobodyDeclaredStopTheStart() {
        Kernel kernel = on.builder("kernel.jobs.names", "tydi", "kernel.jobs.tydi.every", "10s")
                .job(everySecond("tidy"))
                .hook(on.logs("hook", 500))
                .build();

        assertThatThrownBy(kernel::start)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kernel.jobs.tydi")
                .hasMessageContaining("did you mean tidy?");
        assertThat(on.log).as("what had been set up is stopped").containsExactly("hook");
    }

    @Test
    void cf3_settingsForAJobThatNobodyDeclaredAreAWarningIfUnknownOnesAreToBeIgnored() {
        List<KernelEvent> events = new CopyOnWriteArrayList<>();
        Kernel kernel = on.builder(
                        "kernel.jobs.names", "tydi",
                        "kernel.jobs.tydi.every", "10s",
                        "kernel.config.ignore-unknown", "true")
                .job(everySecond("tidy"))
                .onEvent("test", events::add)
                .build();

        kernel.start();

        assertThat(kernel.isStarted()).isTrue();
        on.stop(kernel);
        assertThat(events)
                .filteredOn(KernelEvent.Started.class::isInstance)
                .singleElement()
                .satisfies(event -> assertThat(((KernelEvent.Started) event).warnings())
                        .anySatisfy(warning -> assertThat(warning)
                                .startsWith("kernel.jobs.tydi: no job of that name")
                                .endsWith("did you mean tidy?")));
    }

    /** A job of a class, which names an election. */
    public static final class Settler {
        private final Runnable what;

        Settler(Runnable what) {
            this.what = what;
        }

        /** Runs on one process only. */
        @Job(every = "1s", leader = "billing")
        public void settle() {
            what.run();
        }
    }

    @Test
    void electionThatNobodyKnowsIsRefusedWithWhatWasMeant() {
        assertThatThrownBy(() -> on.builder("kernel.leader.names", "biling")
                        .jobs(new Settler(() -> {}))
                        .build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("leader of job 'settle'")
                .hasMessageContaining("billing")
                .hasMessageContaining("known are [biling]; did you mean biling?");
    }

    @Test
    void jobsCanBeAddedUntilTheKernelStops() {
        Kernel kernel = on.builder("kernel.leader.names", "billing").build();
        kernel.jobs().add(everySecond("before"));
        kernel.start();
        kernel.jobs().bind(new Settler(() -> on.log.add("settle")));
        kernel.jobs().addLeading("billing", everySecond("also"));
        kernel.jobs().add(everySecond("after"));

        on.clock.advance(Duration.ofSeconds(3));

        assertThat(on.log).contains("before", "settle", "also", "after");
        on.stop(kernel);
    }

    @Test
    void listOfTheEnvironmentTakesNothingBackFromTheFile() {
        KernelConfig config = KernelConfig.read(
                ConfigSource.environment(Map.of("KERNEL_JOBS_NAMES", "long", "KERNEL_JOBS_LONG_DEADLINE", "5m")),
                ConfigSource.properties(
                        "file", Map.of("kernel.jobs.names", "tidy", "kernel.jobs.tidy.enabled", "false")));

        assertThat(config.jobs()).containsOnlyKeys("long", "tidy");
        assertThat(Objects.requireNonNull(config.jobs().get("tidy")).enabled()).isFalse();
    }

    @Test
    void blocksOfWhichEverythingIsCommentedOutAreEmpty() {
        Map<String, Object> tree = new HashMap<>();
        tree.put("shutdown", null);
        tree.put("jobs", null);
        tree.put("leader", new HashMap<>(Collections.singletonMap("defaults", null)));

        assertThat(KernelConfig.read(ConfigSource.yaml("file", tree)).jobs()).isEmpty();
    }

    @Test
    void nameOfAJobIsThereOnceInAKernel() {
        Kernel kernel = on.builder().leaderJob("billing", everySecond("settle")).build();

        assertThatThrownBy(() -> kernel.jobs().add(everySecond("settle")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("job 'settle' is there already, in scheduler 'billing'");
        kernel.close();
    }

    @Test
    void failedLateLeaderJobLeavesNothingBehind() {
        Kernel kernel = on.builder().build();
        kernel.start();
        Election elsewhere = kernel.elector().join(kernel.config().election("billing"), new LeadershipListener() {
            @Override
            public void onElected(LeaderScope scope) {}

            @Override
            public void onDemoted(Term term, DemotionReason reason) {}
        });

        assertThatThrownBy(() -> kernel.jobs().addLeading("billing", everySecond("settle")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> kernel.jobs().addLeading("billing", everySecond("settle")))
                .as("the second time as the first")
                .isInstanceOf(IllegalStateException.class);
        assertThat(kernel.checks()).extracting(KernelCheck::name).doesNotContain("kernel-leader-billing");
        elsewhere.close();
        on.stop(kernel);
    }

    @Test
    void methodsAreBoundAllOrNone() {
        Kernel kernel = on.builder("kernel.jobs.names", "tidy", "kernel.jobs.tidy.zone", "UTC")
                .build();

        assertThatThrownBy(() -> kernel.jobs().bind(new TwoJobs()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kernel.jobs.tidy.zone");

        assertThat(kernel.scheduler().jobs()).isEmpty();
        kernel.close();
    }

    /** One good job and one that contradicts its settings. */
    public static final class TwoJobs {
        /** Fine. */
        @Job(every = "1s")
        public void fine() {}

        /** Has a zone in its settings and no cron. */
        @Job(every = "1s")
        public void tidy() {}
    }

    @Test
    void startThatFailsDoesNotDrain() {
        Kernel kernel = on.builder("kernel.shutdown.drain-delay", "10s")
                .onStart("broken", started -> {
                    throw new IllegalStateException("made up");
                })
                .build();

        assertThatThrownBy(kernel::start).hasMessageContaining("made up");

        assertThat(kernel.shutdown().report().orElseThrow().drained()).isZero();
    }

    @Test
    void checksTellReadinessElectionsAndJobs() {
        Kernel kernel = on.builder()
                .leaderJob("billing", everySecond("settle"))
                .job(JobSpec.named("fails")
                        .every(Duration.ofSeconds(1))
                        .task(context -> {
                            throw new IllegalStateException("made up");
                        })
                        .build())
                .build();
        kernel.start();
        on.clock.advance(Duration.ofMillis(2_500));

        assertThat(kernel.checks())
                .extracting(KernelCheck::name)
                .containsExactly(
                        "kernel-readiness",
                        "kernel-leader-billing",
                        "kernel-job-fails",
                        "kernel-job-settle",
                        "kernel-leases");
        assertThat(result(kernel, "kernel-readiness").healthy()).isTrue();
        assertThat(result(kernel, "kernel-leader-billing").message()).isEqualTo("leads");
        assertThat(result(kernel, "kernel-job-settle").message()).isEqualTo("last run SUCCESS");
        assertThat(result(kernel, "kernel-job-fails").message())
                .isEqualTo("last run FAILED: java.lang.IllegalStateException, 2 bad runs in a row");
        on.stop(kernel);
    }

    private static KernelCheck.Result result(Kernel kernel, String name) {
        return kernel.checks().stream()
                .filter(check -> check.name().equals(name))
                .findFirst()
                .orElseThrow()
                .run();
    }

    @Test
    void actionsAreForThoseWhoAllowThem() {
        Kernel closed = on.builder().build();
        assertThat(closed.actions()).isEmpty();
        closed.close();
    }

    @Test
    void operatorRunsPausesResumesAndStepsDown() {
        Kernel kernel = on.builder("kernel.admin.actions", "true")
                .job(logs("by-hand").manual().build())
                .leaderJob("billing", everySecond("settle"))
                .build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(1));
        KernelActions actions = kernel.actions().orElseThrow();

        var run = actions.run("by-hand", Duration.ofSeconds(5));
        actions.pause("settle");
        on.clock.advance(Duration.ofSeconds(1));

        assertThat(run.orElseThrow().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(on.log).contains("by-hand");
        assertThat(kernel.scheduler("billing").job("settle").orElseThrow().isPaused())
                .isTrue();
        actions.resume("settle");
        assertThat(kernel.scheduler("billing").job("settle").orElseThrow().isPaused())
                .isFalse();
        var unused = actions.stepDown("billing", Duration.ofMinutes(1));
        on.clock.advance(Duration.ofSeconds(1));
        assertThat(kernel.elector().election("billing").orElseThrow().isLeader())
                .isFalse();
        assertThatThrownBy(() -> actions.run("by-hnad", Duration.ZERO)).hasMessageContaining("did you mean by-hand?");
        on.stop(kernel);
    }

    @Test
    void refusedActionIsAnEventToo() {
        List<KernelEvent> events = new CopyOnWriteArrayList<>();
        Kernel kernel = on.builder("kernel.admin.actions", "true")
                .job(logs("by-hand").manual().build())
                .onEvent("test", events::add)
                .build();
        KernelActions actions = kernel.actions().orElseThrow();

        assertThatThrownBy(() -> actions.pause("by-hnad\n")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> actions.run("by-hand", Duration.ZERO))
                .as("not started yet")
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> actions.stepDown("billing", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);

        on.stop(kernel);
        assertThat(events)
                .filteredOn(KernelEvent.ActionRefused.class::isInstance)
                .map(event -> (KernelEvent.ActionRefused) event)
                .extracting(KernelEvent.ActionRefused::action, KernelEvent.ActionRefused::subject)
                .containsExactly(
                        tuple("pause", "job by-hnad\n"),
                        tuple("run", "job by-hand"),
                        tuple("step-down", "election billing"));
        assertThat(events).noneMatch(KernelEvent.ActionTaken.class::isInstance);
    }

    @Test
    void tableOfTheStartShowsWhenThePortsCloseAmongTheStepsOfTheStop() {
        Kernel kernel = on.builder()
                .host(HostProfile.of("a host").withRequestWait(Duration.ofSeconds(30)))
                .hook(on.logs("resign", ShutdownRegistry.HIGHEST))
                .hook(on.logs("mailbox", ShutdownRegistry.HIGH))
                .build();
        Kernel withoutRequests =
                on.builder().hook(on.logs("mailbox", ShutdownRegistry.HIGH)).build();

        assertThat(kernel.describe())
                .containsSubsequence("resign", "the ports close, requests in flight end within 30s", "mailbox");
        assertThat(withoutRequests.describe()).contains("mailbox").doesNotContain("ports close");
        kernel.close();
        withoutRequests.close();
    }

    @Test
    void tableOfTheStartSaysWhichElectionsAreNotJoined() {
        Kernel kernel = on.builder(
                        "kernel.leader.names", "mail",
                        "kernel.jobs.names", "tidy",
                        "kernel.jobs.tidy.enabled", "false")
                .leaderJob("billing", everySecond("settle"))
                .leaderJob("cleaning", everySecond("tidy"))
                .build();
        kernel.start();

        assertThat(kernel.describe())
                .containsPattern("billing +lease 15s")
                .containsPattern("cleaning +not joined by the kernel: it leads nothing here")
                .containsPattern("mail +not joined by the kernel: it leads nothing here");
        on.stop(kernel);
    }

    @Test
    void tableOfTheStartShowsElectionsJobsAndTheStop() {
        Kernel kernel = on.builder("kernel.shutdown.drain-delay", "5s")
                .host(HostProfile.of("a host").withRequestWait(Duration.ofSeconds(30)))
                .leaderJob("billing", everySecond("settle"))
                .job(logs("nightly")
                        .cron("0 3 * * *", ZoneOffset.UTC)
                        .deadline(Duration.ofMinutes(5))
                        .build())
                .hook(on.logs("orders", 500))
                .build();
        kernel.start();

        assertThat(kernel.describe())
                .contains("on a host")
                .contains("billing", "lease 15s")
                .contains("settle", "every 1s, on the leader of billing")
                .contains("nightly", "cron 0 3 * * * Z, at most 5m, next 2026-01-01T03:00:00Z")
                .contains("5s of draining")
                .contains("orders")
                .contains("at most 25s and 30s for requests in flight, give the process 57 s")
                .contains("kernel-job-nightly");
        on.stop(kernel);
    }
}
