package io.github.pavelagarkov.kernel.tck.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Spec;
import io.github.pavelagarkov.kernel.tck.report.TestOutcome.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportFolderTest {
    private static final Optional<String> RUN = Optional.of("2026-11-30T03:00:00Z");

    private final Spec spec = Spec.load();

    @TempDir
    Path folder;

    private static ConformanceReport report(String subject, String rule, Result result, String message) {
        return new ConformanceReport(
                new Subject(subject, "my elector", "plain Java", "1.0", List.of()),
                Instant.EPOCH,
                List.of(new TestOutcome(rule, "Rules.of" + rule, result, message, Duration.ofMillis(3))));
    }

    private ConformanceReport write(ConformanceReport report, Optional<String> run) throws IOException {
        return new ReportFolder(folder).write(report, run, spec);
    }

    private String json(String subject) throws IOException {
        return Files.readString(folder.resolve(subject + ".json"));
    }

    @Test
    void jvmsOfOneRunWriteOneReport() throws IOException {
        write(report("mine", "LE-2", Result.PASSED, ""), RUN);

        ConformanceReport whole = write(report("mine", "LE-4", Result.FAILED, "two\tlines\nof %20 \"text\""), RUN);

        assertThat(whole.outcomes())
                .containsExactly(
                        new TestOutcome("LE-2", "Rules.ofLE-2", Result.PASSED, "", Duration.ofMillis(3)),
                        new TestOutcome(
                                "LE-4",
                                "Rules.ofLE-4",
                                Result.FAILED,
                                "two\tlines\nof %20 \"text\"",
                                Duration.ofMillis(3)));
        assertThat(json("mine")).contains("\"id\":\"LE-2\"").contains("\"id\":\"LE-4\"");
    }

    @Test
    void anotherRunBeginsAnew() throws IOException {
        write(report("mine", "LE-2", Result.PASSED, ""), RUN);

        write(report("mine", "LE-4", Result.PASSED, ""), Optional.of("2026-11-30T04:00:00Z"));

        assertThat(json("mine")).doesNotContain("\"id\":\"LE-2\"").contains("\"id\":\"LE-4\"");
    }

    @Test
    void withoutARunEachJvmIsTheWholeOfIt() throws IOException {
        write(report("mine", "LE-2", Result.PASSED, ""), RUN);

        write(report("mine", "LE-4", Result.PASSED, ""), Optional.empty());

        assertThat(json("mine")).doesNotContain("\"id\":\"LE-2\"").contains("\"id\":\"LE-4\"");
    }

    @Test
    void subjectsThatWriteAtOnceAreAllOnThePage() throws Exception {
        ExecutorService jvms = Executors.newFixedThreadPool(8);
        List<Future<ConformanceReport>> writing = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String subject = "subject-" + i % 20;
            String rule = i < 20 ? "LE-2" : "LE-4";
            writing.add(jvms.submit(() -> write(report(subject, rule, Result.PASSED, ""), RUN)));
        }
        for (Future<ConformanceReport> each : writing) {
            each.get();
        }
        jvms.shutdown();

        String page = Files.readString(new ReportFolder(folder).page());
        for (int i = 0; i < 20; i++) {
            assertThat(page).contains("\"id\":\"subject-" + i + "\"");
            assertThat(json("subject-" + i)).contains("\"id\":\"LE-2\"").contains("\"id\":\"LE-4\"");
        }
    }
}
