package io.github.pavelagarkov.kernel.tck.report;

import io.github.pavelagarkov.kernel.tck.Spec;
import io.github.pavelagarkov.kernel.tck.report.TestOutcome.Result;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The folder of the reports. Several JVMs of one build may write to it at once, and several of one run may have asked a part
 * of the rules each: what they found is kept beside the report, in {@code <id>.tests}. Thread-safe.
 */
final class ReportFolder {
    private static final String LOCK = ".lock";
    private static final String SEPARATOR = "\t";
    /** The lock of a file belongs to a JVM: its threads have to wait for one another here. */
    private static final Object THREADS = new Object();

    private final Path folder;

    ReportFolder(Path folder) {
        this.folder = folder;
    }

    Path page() {
        return folder.resolve("index.html");
    }

    /**
     * Writes a report, and the page of all.
     *
     * @param run what every JVM of one run tells; empty if this one is the whole run
     * @return what was written: with what others of the run have found
     */
    ConformanceReport write(ConformanceReport own, Optional<String> run, Spec spec) throws IOException {
        Files.createDirectories(folder);
        synchronized (THREADS) {
            try (FileChannel channel = FileChannel.open(
                            folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                ConformanceReport whole = run.isPresent() ? joined(own, run.get()) : own;
                Files.writeString(folder.resolve(own.subject().id() + ".json"), whole.json(spec));
                ConformancePage.write(folder, spec);
                return whole;
            }
        }
    }

    private ConformanceReport joined(ConformanceReport own, String run) throws IOException {
        Path found = folder.resolve(own.subject().id() + ".tests");
        String prefix = encoded(run) + SEPARATOR;
        List<String> lines = new ArrayList<>();
        if (Files.exists(found)) {
            Files.readAllLines(found).stream()
                    .filter(line -> line.startsWith(prefix))
                    .forEach(lines::add);
        }
        own.outcomes().forEach(outcome -> lines.add(prefix + line(outcome)));
        // At once: a JVM that is killed leaves no half of a line behind.
        Path written = Files.write(folder.resolve(LOCK + ".tests"), lines);
        Files.move(written, found, StandardCopyOption.REPLACE_EXISTING);
        return new ConformanceReport(
                own.subject(),
                own.began(),
                lines.stream()
                        .map(line -> outcome(line.substring(prefix.length())))
                        .toList());
    }

    private static String line(TestOutcome outcome) {
        return String.join(
                SEPARATOR,
                outcome.rule(),
                outcome.test(),
                outcome.result().name(),
                Long.toString(outcome.took().toNanos()),
                encoded(outcome.message()));
    }

    private static TestOutcome outcome(String line) {
        String[] fields = line.split(SEPARATOR, -1);
        return new TestOutcome(
                fields[0],
                fields[1],
                Result.valueOf(fields[2]),
                URLDecoder.decode(fields[4], StandardCharsets.UTF_8),
                Duration.ofNanos(Long.parseLong(fields[3])));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
