package io.github.pavelagarkov.kernel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.TckProviders;
import io.github.pavelagarkov.kernel.tck.rules.LeaderElectionRules;
import io.github.pavelagarkov.kernel.tck.rules.LeaderSupervisorRules;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** A service that is tested with the manual elector sees what it would see of a real one. */
final class ManualElectorTest {
    @Test
    void manualElectorKeepsTheRulesOfElectors() {
        Events tests = run(LeaderElectionRules.class);

        assertThat(tests.failed().list()).isEmpty();
        assertThat(tests.succeeded().count()).isGreaterThanOrEqualTo(32);
        assertThat(reasons(tests.aborted()))
                .as("why tests are skipped: what has no backend cannot lose the answers of one")
                .containsExactlyInAnyOrder(
                        "NOTIFY is not declared: whoever leads next is told by the test",
                        "FENCE_SURVIVES_DATA_LOSS is not declared",
                        "manual electors make no calls that could be delayed or lost",
                        "this fixture cannot delay calls on their way to the backend",
                        "manual electors have no keys that could be broken");
    }

    @Test
    void manualElectorKeepsTheRulesOfSupervisors() {
        Events tests = run(LeaderSupervisorRules.class);

        tests.assertStatistics(each -> each.started(12).succeeded(12));
    }

    private static Set<String> reasons(Events events) {
        return events.list().stream().map(ManualElectorTest::reason).collect(Collectors.toSet());
    }

    private static String reason(Event event) {
        return Objects.requireNonNull(event.getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow()
                .getMessage());
    }

    private static Events run(Class<?> rules) {
        return EngineTestKit.engine("junit-jupiter")
                .configurationParameter(TckProviders.PARAMETER, ManualElectorProvider.class.getName())
                .selectors(DiscoverySelectors.selectClass(rules))
                .execute()
                .testEvents();
    }
}
