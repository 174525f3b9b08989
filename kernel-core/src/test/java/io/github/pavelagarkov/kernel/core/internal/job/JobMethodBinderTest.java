package io.github.pavelagarkov.kernel.core.internal.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import io.github.pavelagarkov.kernel.job.StopMode;
import io.github.pavelagarkov.kernel.job.Trigger;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobMethodBinderTest {
    private static final Map<String, String> CONFIG = Map.of("sweep.period", "500ms", "report.cron", "0 3 * * *");

    private static Optional<String> lookUp(String key) {
        return Optional.ofNullable(CONFIG.get(key));
    }

    static class Good {
        int runs;

        @Job(every = "{sweep.period}", deadline = "{sweep.deadline:30s}", initialDelay = "0s")
        void expireOldSessions() {
            runs++;
        }

        @Job(
                name = "report",
                cron = "{report.cron}",
                zone = "Europe/Berlin",
                leader = "cron",
                stopMode = StopMode.IMMEDIATE)
        public void nightly(JobContext context) {}

        @Job(delay = "{missing:off}")
        void switchedOff() {}

        @Job(delay = "PT30S")
        protected void failing() throws IOException {
            throw new IOException("disk");
        }
    }

    static class Proxy extends Good {
        @Override
        void expireOldSessions() {
            runs += 100;
        }
    }

    @SuppressWarnings({"unused", "UnusedMethod"})
    static class Bad {
        @Job(every = "1s")
        private void hidden() {}

        @Job(every = "1s")
        static void shared() {}

        @Job(every = "1s")
        int answer() {
            return 42;
        }

        @Job(every = "1s")
        void wants(String text) {}

        @Job
        void never() {}

        @Job(every = "1s", delay = "1s")
        void twice() {}

        @Job(every = "soon")
        void vague() {}

        @Job(cron = "0 * * * *")
        void nowhere() {}

        @Job(every = "{no.such.key}")
        void unset() {}

        @Job(cron = "61 * * * *", zone = "UTC")
        void impossible() {}

        @Job(name = "same", every = "1s")
        void one() {}

        @Job(name = "same", every = "1s")
        void two() {}
    }

    @Test
    void turnsMethodsIntoSpecs() {
        List<BoundJob> jobs = JobMethodBinder.bind(List.of(JobTarget.of(new Good())), JobMethodBinderTest::lookUp);

        assertThat(jobs)
                .extracting(bound -> bound.spec().name())
                .containsExactly("expire-old-sessions", "failing", "report");
        BoundJob sweep = jobs.get(0);
        assertThat(sweep.spec().trigger()).isEqualTo(new Trigger.Every(Duration.ofMillis(500)));
        assertThat(sweep.spec().deadline()).contains(Duration.ofSeconds(30));
        assertThat(sweep.spec().initialDelay()).contains(Duration.ZERO);
        assertThat(sweep.leader()).isEmpty();
        BoundJob report = jobs.get(2);
        assertThat(report.spec().trigger()).isEqualTo(new Trigger.Cron("0 3 * * *", ZoneId.of("Europe/Berlin")));
        assertThat(report.spec().stopMode()).isEqualTo(StopMode.IMMEDIATE);
        assertThat(report.leader()).contains("cron");
    }

    @Test
    void callsTheMethodOfAGeneratedSubclass() throws Exception {
        Fixture fixture = new Fixture();
        try (fixture) {
            Proxy proxy = new Proxy();
            JobMethodBinder.bind(List.of(JobTarget.of(proxy)), JobMethodBinderTest::lookUp)
                    .forEach(bound -> fixture.scheduler.register(bound.spec()));
            fixture.scheduler.start();

            fixture.advanceSeconds(30);

            assertThat(proxy.runs).isEqualTo(6100);
            RunResult failed =
                    fixture.scheduler.job("failing").orElseThrow().lastRun().orElseThrow();
            assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(failed.error().orElseThrow())
                    .isInstanceOf(IOException.class)
                    .hasMessage("disk");
        }
    }

    @Test
    void tellsAllProblemsOfAllMethodsAtOnce() {
        assertThatThrownBy(() -> JobMethodBinder.bind(List.of(JobTarget.of(new Bad())), JobMethodBinderTest::lookUp))
                .asInstanceOf(type(ConfigurationException.class))
                .extracting(ConfigurationException::problems)
                .satisfies(problems -> assertThat(problems)
                        .extracting(problem -> problem.key() + " | " + problem.allowed())
                        .anyMatch(text -> text.equals("Bad.answer() | the method must return void"))
                        .anyMatch(text -> text.equals("Bad.hidden() | the method must not be private or static"))
                        .anyMatch(text -> text.equals("Bad.shared() | the method must not be private or static"))
                        .anyMatch(text -> text.equals("Bad.wants() | the method must take nothing or a JobContext"))
                        .anyMatch(
                                text -> text.equals("Bad.never() | exactly one of every, delay and cron must be given"))
                        .anyMatch(
                                text -> text.equals("Bad.twice() | exactly one of every, delay and cron must be given"))
                        .anyMatch(text -> text.startsWith("Bad.vague() every | duration must be written as"))
                        .anyMatch(text -> text.startsWith("Bad.nowhere() zone | a cron expression needs a zone"))
                        .anyMatch(text -> text.startsWith("Bad.unset() every | set no.such.key"))
                        .anyMatch(text -> text.startsWith("Bad.impossible() cron | cron expression '61 * * * *'"))
                        .anyMatch(text -> text.equals("Bad.two() name | must be unique, Bad.one() has it too"))
                        .hasSize(11));
    }
}
