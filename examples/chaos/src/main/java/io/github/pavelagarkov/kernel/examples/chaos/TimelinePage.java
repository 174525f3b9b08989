package io.github.pavelagarkov.kernel.examples.chaos;

import io.github.pavelagarkov.kernel.examples.chaos.Chronicle.Hit;
import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal.Interval;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Draws who led when and where the faults hit: one HTML page that needs nothing else. */
final class TimelinePage {
    private static final String TEMPLATE = "timeline.html";

    private TimelinePage() {}

    static String of(ChaosSettings settings, Chronicle chronicle, Verdict verdict) throws IOException {
        long origin = LongStream.concat(
                        verdict.terms().stream().mapToLong(Interval::from),
                        chronicle.hits.stream().mapToLong(Hit::from))
                .reduce((a, b) -> b - a < 0 ? b : a)
                .orElse(0);
        long end = LongStream.concat(
                        verdict.terms().stream().mapToLong(term -> term.until().orElse(term.from())),
                        chronicle.hits.stream().mapToLong(Hit::until))
                .reduce((a, b) -> b - a > 0 ? b : a)
                .orElse(0);
        List<String> lanes = new ArrayList<>();
        for (int i = 0; i < settings.replicas(); i++) {
            lanes.add("\"r" + i + "\"");
        }
        String terms = verdict.terms().stream()
                .map(term -> "[" + lane(term.identity()) + "," + micros(term.from() - origin) + ","
                        + micros(term.until().orElse(end) - origin) + ",\"" + term.identity() + "\",\"" + term.token()
                        + "\"]")
                .collect(Collectors.joining(",\n"));
        String faults = chronicle.hits.stream()
                .map(hit -> "[" + (hit.lane().equals("store") ? -1 : lane(hit.lane())) + ","
                        + micros(hit.from() - origin) + "," + micros(hit.until() - origin) + ",\""
                        + hit.fault().kind() + "\",\"" + hit.whom() + "\",\"" + hit.fault() + "\"]")
                .collect(Collectors.joining(",\n"));
        String violations =
                verdict.violations().stream().map(TimelinePage::quoted).collect(Collectors.joining(","));
        return template()
                .replace("/*TITLE*/", title(settings, chronicle, verdict))
                .replace("/*LANES*/", String.join(",", lanes))
                .replace("/*TERMS*/", terms)
                .replace("/*FAULTS*/", faults)
                .replace("/*VIOLATIONS*/", violations)
                .replace("/*END*/", Long.toString(micros(end - origin)));
    }

    private static String title(ChaosSettings settings, Chronicle chronicle, Verdict verdict) {
        return chronicle.hits.size() + " faults, " + verdict.terms().size() + " terms, "
                + verdict.violations().size() + " violations &middot; store " + settings.store() + ", lease "
                + settings.lease().toMillis() + " ms, seed " + settings.seed();
    }

    private static int lane(String identity) {
        int dash = identity.indexOf('-');
        return Integer.parseInt(identity.substring(1, dash < 0 ? identity.length() : dash));
    }

    private static long micros(long nanos) {
        return nanos / 1_000;
    }

    private static String quoted(String text) {
        return "\""
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("<", "\\u003c")
                        .replace("\n", " ") + "\"";
    }

    private static String template() throws IOException {
        try (InputStream in = TimelinePage.class.getResourceAsStream(TEMPLATE)) {
            if (in == null) {
                throw new IOException(TEMPLATE + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
