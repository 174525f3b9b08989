package io.github.pavelagarkov.kernel.tck.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Spec;
import io.github.pavelagarkov.kernel.tck.report.TestOutcome.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ConformanceReportTest {
    private final Spec spec = Spec.load();

    private static ConformanceReport report(TestOutcome... outcomes) {
        return new ConformanceReport(
                new Subject("mine", "my elector", "plain Java", "1.0", List.of()), Instant.EPOCH, List.of(outcomes));
    }

    private static TestOutcome outcome(String rule, Result result) {
        String message = result == Result.SKIPPED ? "BACKEND_CONTROL is not declared" : "";
        return new TestOutcome(rule, "Rules.test" + result, result, message, Duration.ZERO);
    }

    @Test
    void aRuleIsPassedOnlyIfAllItsTestsRan() {
        ConformanceReport report = report(
                outcome("LE-2", Result.PASSED),
                outcome("LE-2", Result.SKIPPED),
                outcome("LE-4", Result.PASSED),
                outcome("LE-7", Result.SKIPPED));

        assertThat(report.badge(spec))
                .isEqualTo("kernel-tck passed: my elector in plain Java, 1 rules hold, 1 partly asked, 0 do not,"
                        + " 1 skipped");
        assertThat(report.json(spec))
                .contains("\"id\":\"LE-2\",\n\"result\":\"partly\",\n\"why\":\"BACKEND_CONTROL is not declared\"")
                .contains("\"id\":\"LE-4\",\n\"result\":\"passed\"")
                .contains("\"id\":\"LE-7\",\n\"result\":\"skipped\"");
    }

    @Test
    void aFailureCountsMoreThanWhatPassedOrWasSkipped() {
        ConformanceReport report =
                report(outcome("LE-2", Result.PASSED), outcome("LE-2", Result.SKIPPED), outcome("LE-2", Result.FAILED));

        assertThat(report.badge(spec))
                .startsWith("kernel-tck FAILED: ")
                .endsWith(", 0 rules hold, 0 partly asked, 1 do not, 0 skipped");
        assertThat(report.json(spec)).contains("\"id\":\"LE-2\",\n\"result\":\"failed\"");
    }

    @Test
    void nothingThatCouldBeAskedIsNoPass() {
        assertThat(report(outcome("LE-7", Result.SKIPPED)).badge(spec)).startsWith("kernel-tck FAILED: ");
    }

    @Test
    void theTextOfAFailureCannotEndTheScriptOfThePage() {
        ConformanceReport report =
                report(new TestOutcome("LE-2", "Rules.test", Result.FAILED, "</script>\u2028\"", Duration.ZERO));

        assertThat(report.json(spec)).doesNotContain("</script>").doesNotContain("\u2028");
    }
}
