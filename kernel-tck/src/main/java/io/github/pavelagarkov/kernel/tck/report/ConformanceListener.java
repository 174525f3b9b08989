package io.github.pavelagarkov.kernel.tck.report;

import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.Spec;
import io.github.pavelagarkov.kernel.tck.report.TestOutcome.Result;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.platform.engine.ConfigurationParameters;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Collects how the tests of rules end, and writes the report when all have ended. Found by the JUnit platform itself; does
 * nothing in a run without such tests. Runs in the JVM of the build, also when the tests run inside a server.
 *
 * <p>The report goes to the folder that the configuration parameter {@code kernel.tck.report} names
 * [{@code target/kernel-tck}]: {@code <id>.json} for the run, and {@code index.html} for all runs of that folder. JVMs that
 * share a run, as forks of a build do, tell the same {@code kernel.tck.run}, whatever it is, and write one report together.
 */
public final class ConformanceListener implements TestExecutionListener {
    private static final String FOLDER = "kernel.tck.report";
    private static final String RUN = "kernel.tck.run";
    private static final int LONGEST_MESSAGE = 500;

    private final KernelClock clock = KernelClock.system();
    private final Map<String, Long> began = new ConcurrentHashMap<>();
    private final List<TestOutcome> outcomes = new CopyOnWriteArrayList<>();
    private final Instant start = Instant.ofEpochMilli(clock.wallMillis());

    /** For the test engine. */
    public ConformanceListener() {}

    @Override
    public void executionStarted(TestIdentifier test) {
        began.put(test.getUniqueId(), clock.nanoTime());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        record(test, Result.SKIPPED, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String message = result.getThrowable().map(ConformanceListener::message).orElse("");
        switch (result.getStatus()) {
            case SUCCESSFUL -> record(test, Result.PASSED, "");
            case ABORTED -> record(test, Result.SKIPPED, message);
            case FAILED -> record(test, Result.FAILED, message);
        }
    }

    private static String message(Throwable thrown) {
        String text = Optional.ofNullable(thrown.getMessage())
                .orElseGet(() -> thrown.getClass().getName())
                .strip();
        return text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE) + " …";
    }

    private void record(TestIdentifier test, Result result, String message) {
        test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(MethodSource.class::cast)
                .ifPresent(source -> {
                    Rule rule = source.getJavaMethod().getAnnotation(Rule.class);
                    if (rule != null) {
                        outcomes.add(new TestOutcome(
                                rule.value(),
                                source.getJavaClass().getSimpleName() + "." + source.getMethodName(),
                                result,
                                message,
                                took(test)));
                    }
                });
    }

    private Duration took(TestIdentifier test) {
        long now = clock.nanoTime();
        return Duration.ofNanos(now - began.getOrDefault(test.getUniqueId(), now));
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        if (outcomes.isEmpty()) {
            return;
        }
        ConfigurationParameters parameters = plan.getConfigurationParameters();
        ReportFolder folder = new ReportFolder(Path.of(parameters.get(FOLDER).orElse("target/kernel-tck")));
        Spec spec = Spec.load();
        ConformanceReport report = new ConformanceReport(Subject.of(parameters), start, outcomes);
        Optional<String> run = parameters.get(RUN);
        if (run.isPresent()) {
            // A fork executes one plan for each class: what is in the report of the run is not to come again.
            outcomes.clear();
        }
        try {
            report = folder.write(report, run, spec);
        } catch (IOException e) {
            throw new UncheckedIOException("the conformance report cannot be written: " + folder.page(), e);
        }
        System.getLogger("kernel-tck").log(System.Logger.Level.INFO, "{0}; see {1}", report.badge(spec), folder.page());
    }
}
