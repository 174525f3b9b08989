package io.github.pavelagarkov.kernel.tck.report;

import io.github.pavelagarkov.kernel.tck.Spec;
import io.github.pavelagarkov.kernel.tck.SpecRule;
import io.github.pavelagarkov.kernel.tck.report.TestOutcome.Result;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one run of the suite found.
 *
 * @param subject what was tested
 * @param began when
 * @param outcomes how each test ended
 */
record ConformanceReport(Subject subject, Instant began, List<TestOutcome> outcomes) {
    ConformanceReport {
        outcomes = List.copyOf(outcomes);
    }

    /** {@return the file as text: see kernel-tck/README.md for its fields} */
    String json(Spec spec) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("id", subject.id());
        file.put("implementation", subject.name());
        file.put("host", subject.host());
        file.put("version", subject.version());
        file.put("capabilities", subject.capabilities());
        file.put("suite", suiteVersion());
        file.put("java", System.getProperty("java.vendor") + " " + Runtime.version());
        file.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        file.put("began", began.toString());
        file.put("badge", badge(spec));
        List<Object> rules = new ArrayList<>();
        for (SpecRule rule : spec.rules()) {
            List<TestOutcome> tests = testsOf(rule.id());
            if (!tests.isEmpty()) {
                rules.add(rule(rule.id(), tests));
            }
        }
        file.put("rules", rules);
        return Json.of(file);
    }

    private static String suiteVersion() {
        return Optional.ofNullable(ConformanceReport.class.getPackage().getImplementationVersion())
                .orElse("unknown");
    }

    private List<TestOutcome> testsOf(String rule) {
        return outcomes.stream()
                .filter(outcome -> outcome.rule().equals(rule))
                .sorted(Comparator.comparing(TestOutcome::test))
                .toList();
    }

    private static Result result(List<TestOutcome> tests) {
        return Result.of(tests.stream().map(TestOutcome::result).collect(Collectors.toSet()));
    }

    private static Map<String, Object> rule(String id, List<TestOutcome> tests) {
        Map<String, Object> rule = new LinkedHashMap<>();
        rule.put("id", id);
        rule.put("result", result(tests).name().toLowerCase(java.util.Locale.ROOT));
        rule.put(
                "why",
                tests.stream()
                        .map(TestOutcome::message)
                        .filter(message -> !message.isEmpty())
                        .distinct()
                        .collect(Collectors.joining("; ")));
        List<Object> details = new ArrayList<>();
        for (TestOutcome test : tests) {
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("test", test.test());
            detail.put("result", test.result().name().toLowerCase(java.util.Locale.ROOT));
            detail.put("message", test.message());
            detail.put("millis", test.took().toMillis());
            details.add(detail);
        }
        rule.put("tests", details);
        return rule;
    }

    /** {@return the result in one line} */
    String badge(Spec spec) {
        Map<Result, Long> counts = spec.rules().stream()
                .map(rule -> testsOf(rule.id()))
                .filter(tests -> !tests.isEmpty())
                .collect(Collectors.groupingBy(ConformanceReport::result, Collectors.counting()));
        long passed = counts.getOrDefault(Result.PASSED, 0L);
        long failed = counts.getOrDefault(Result.FAILED, 0L);
        long partly = counts.getOrDefault(Result.PARTLY, 0L);
        long skipped = counts.getOrDefault(Result.SKIPPED, 0L);
        return "kernel-tck " + (failed == 0 && passed + partly > 0 ? "passed" : "FAILED") + ": " + subject.name()
                + " in " + subject.host() + ", " + passed + " rules hold, " + partly + " partly asked, " + failed
                + " do not, " + skipped + " skipped";
    }
}
