package io.github.pavelagarkov.kernel.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TimelinePageTest {
    @Test
    void showsTermsFaultsAndViolationsAndNeedsNothingElse() throws IOException {
        ChaosSettings settings = ChaosSettings.read(Map.of("chaos.seed", "42")::get);
        Chronicle chronicle = new Chronicle();
        chronicle.hits.add(new Chronicle.Hit(
                new Fault(Fault.Kind.PAUSE, Fault.LEADER, Duration.ofMillis(5), Duration.ofSeconds(2), 0),
                "r1",
                "r1-3",
                5_000_000,
                2_005_000_000));
        chronicle.troubles.add("\"a\" </script> is wrong");
        Map<String, List<OutputLine>> output = Map.of(
                "r2-1",
                List.of(
                        new OutputLine(1, LeadershipJournal.elected("chaos", 77, "r2-1", 1_000_000)),
                        new OutputLine(2, LeadershipJournal.demoted("chaos", 77, "r2-1", 9_000_000))));

        String page =
                TimelinePage.of(settings, chronicle, Verdict.of(chronicle, output, List.of(), settings.trusted()));

        assertThat(page)
                .contains("1 faults, 1 terms, 1 violations", "seed 42")
                .contains("[2,0,8000,\"r2-1\",\"77\"]")
                .contains("[1,4000,2004000,\"PAUSE\",\"r1-3\",\"+5 ms PAUSE leader for 2000 ms\"]")
                .contains("\\\"a\\\" \\u003c/script> is wrong")
                .contains("prefers-color-scheme: dark")
                .doesNotContain("/*", "http:", "https:", "src=");
    }
}
