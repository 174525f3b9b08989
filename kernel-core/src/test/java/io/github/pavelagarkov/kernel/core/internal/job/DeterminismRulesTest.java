package io.github.pavelagarkov.kernel.core.internal.job;

import static io.github.pavelagarkov.kernel.core.internal.job.Fixture.job;
import static io.github.pavelagarkov.kernel.core.internal.job.Fixture.seconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** JS-14: the test clock decides when something runs, and nothing else does. */
class DeterminismRulesTest {
    @Test
    void js14_theSameHourGivesTheSameRunsOnEveryRepetition() {
        Map<String, String> first = hour();

        assertThat(first).containsOnlyKeys("grid", "delay", "cron");
        assertThat(first)
                .hasEntrySatisfying("grid", at -> assertThat(at).startsWith("7000 14000 21000"))
                .hasEntrySatisfying("cron", at -> assertThat(at.split(" ")).hasSize(60));
        for (int repetition = 0; repetition < 5; repetition++) {
            assertThat(hour()).isEqualTo(first);
        }
    }

    /** {@return for each job when it ran, in milliseconds from the beginning} */
    private static Map<String, String> hour() {
        try (Fixture fixture = new Fixture()) {
            TestClock clock = fixture.clock;
            long start = clock.nanoTime();
            Map<String, Queue<Long>> runs = new ConcurrentHashMap<>();
            var scheduler = fixture.scheduler;
            scheduler.register(job("grid", context -> note(runs, "grid", clock.nanoTime() - start))
                    .every(seconds(7))
                    .build());
            scheduler.register(job("delay", context -> {
                        note(runs, "delay", clock.nanoTime() - start);
                        clock.park(clock.nanoTime() + seconds(3).toNanos());
                    })
                    .withDelay(seconds(11))
                    .build());
            scheduler.register(job("cron", context -> note(runs, "cron", clock.nanoTime() - start))
                    .cron("* * * * *", ZoneOffset.UTC)
                    .build());
            scheduler.start();
            fixture.advanceSeconds(3_600);
            Map<String, String> told = new TreeMap<>();
            runs.forEach((name, at) ->
                    told.put(name, at.stream().map(String::valueOf).collect(Collectors.joining(" "))));
            return told;
        }
    }

    private static void note(Map<String, Queue<Long>> runs, String job, long nanos) {
        runs.computeIfAbsent(job, name -> new ConcurrentLinkedQueue<>()).add(nanos / 1_000_000);
    }
}
