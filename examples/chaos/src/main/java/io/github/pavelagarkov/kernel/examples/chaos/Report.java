package io.github.pavelagarkov.kernel.examples.chaos;

import io.github.pavelagarkov.kernel.examples.chaos.Chronicle.Hit;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Says what came out: a table for the terminal, a picture, and after a violation what every process printed. */
final class Report {
    private static final int SHOWN = 20;

    private final ChaosSettings settings;
    private final Chronicle chronicle;
    private final Map<String, List<OutputLine>> output;
    private final Verdict verdict;

    Report(
            ChaosSettings settings,
            Chronicle chronicle,
            Map<String, List<OutputLine>> output,
            List<FencedResource.Write> writes) {
        this.settings = settings;
        this.chronicle = chronicle;
        this.output = output;
        this.verdict = Verdict.of(chronicle, output, writes, settings.trusted());
    }

    Verdict verdict() {
        return verdict;
    }

    void print(PrintStream out) {
        Map<Fault.Kind, Integer> counts = new EnumMap<>(Fault.Kind.class);
        chronicle.hits.forEach(hit -> counts.merge(hit.fault().kind(), 1, Integer::sum));
        out.println();
        counts.forEach((kind, count) -> row(out, kind.toString(), count, kind.what));
        out.println();
        row(out, "faults", chronicle.hits.size(), chronicle.skipped + " more found nobody to hit");
        row(out, "processes", output.size(), "started one after the other");
        row(out, "terms", verdict.terms().size(), "");
        row(out, "violations", verdict.violations().size(), "must be 0");
        row(
                out,
                "overlaps after data loss",
                verdict.excused(),
                String.format(
                        Locale.ROOT,
                        "not promised, at most %d ms; the longest took %.1f ms",
                        settings.trusted().toMillis(),
                        verdict.excusedNanos() / 1e6));
        row(out, "grants noticed late", verdict.late(), "after a younger one, in the shadow of a data loss");
        row(
                out,
                "looks after a standstill",
                verdict.woken(),
                "beyond the trusted lease; none believed in its old term");
        row(out, "writes accepted", verdict.accepted(), "");
        row(out, "writes refused", verdict.refused(), "late ones, by their token");
        out.printf(Locale.ROOT, "  leader after the last fault of a burst was healed: %s%n", regained());
        out.println();
        verdict.violations().stream().limit(SHOWN).forEach(violation -> out.println("  VIOLATION  " + violation));
        out.println(
                verdict.violations().isEmpty()
                        ? "  0 violations in " + chronicle.hits.size() + " faults and "
                                + verdict.terms().size() + " terms, seed " + settings.seed()
                        : "  " + verdict.violations().size() + " violations; again: -Dchaos.seed=" + settings.seed());
    }

    private static void row(PrintStream out, String name, long count, String note) {
        out.println(
                String.format(Locale.ROOT, "  %-24s %6d  %s", name, count, note).stripTrailing());
    }

    private String regained() {
        List<Long> times = chronicle.heals.stream()
                .flatMapToLong(heal -> heal.regained().stream())
                .map(nanos -> nanos / 1_000_000)
                .sorted()
                .boxed()
                .toList();
        return times.isEmpty()
                ? "never"
                : "median " + times.get(times.size() / 2) + " ms, 99 % " + times.get(times.size() * 99 / 100)
                        + " ms, longest " + times.get(times.size() - 1) + " ms";
    }

    void write(PrintStream out) throws IOException {
        Path directory = Files.createDirectories(settings.directory());
        Path page = directory.resolve("timeline.html");
        Files.writeString(page, TimelinePage.of(settings, chronicle, verdict));
        out.println("  picture: " + page.toAbsolutePath());
        Files.write(directory.resolve("faults.txt"), faults());
        if (!verdict.violations().isEmpty()) {
            Files.write(directory.resolve("violations.txt"), verdict.violations());
            for (Map.Entry<String, List<OutputLine>> process : output.entrySet()) {
                Files.write(
                        directory.resolve(process.getKey() + ".log"),
                        process.getValue().stream().map(OutputLine::text).toList());
            }
            out.println("  what every process printed: " + directory.toAbsolutePath());
        }
    }

    private List<String> faults() {
        return chronicle.hits.stream()
                .sorted(Comparator.comparingLong(Hit::from))
                .map(hit -> hit.from() + " " + hit.until() + " " + hit.whom() + " " + hit.fault())
                .collect(Collectors.toList());
    }
}
