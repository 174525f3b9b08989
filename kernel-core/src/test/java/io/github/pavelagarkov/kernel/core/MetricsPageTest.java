package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.metrics.KernelMeter;
import io.github.pavelagarkov.kernel.core.metrics.MeterKind;
import io.github.pavelagarkov.kernel.core.metrics.MeterLabel;
import io.github.pavelagarkov.kernel.core.metrics.MeterSeries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/metrics.md; rewritten with -Dkernel.docs.write=true. */
final class MetricsPageTest {
    private static final Path PAGE = Path.of(System.getProperty("basedir", "."), "..", "docs", "metrics.md");
    private static final String BEGIN = "<!-- begin: made from KernelMeter by MetricsPageTest -->\n";
    private static final String END = "<!-- end -->\n";

    @Test
    void tablesOfThePageAreWhatTheTableSays() throws IOException {
        String page = Files.readString(PAGE);
        String wanted = page.substring(0, page.indexOf(BEGIN) + BEGIN.length())
                + meters()
                + "\n"
                + labels()
                + page.substring(page.indexOf(END));
        if (Boolean.getBoolean("kernel.docs.write")) {
            Files.writeString(PAGE, wanted);
        }

        assertThat(PAGE).hasContent(wanted);
    }

    private static String meters() {
        return "| metric | in Prometheus | in Dropwizard | kind, unit | labels | what it says |\n"
                + "|---|---|---|---|---|---|\n"
                + Arrays.stream(KernelMeter.values()).map(MetricsPageTest::row).collect(Collectors.joining());
    }

    private static String row(KernelMeter meter) {
        List<String> places = meter.labels().stream()
                // Of two labels of one metric the key ends with "name".
                .map(label -> label == MeterLabel.SYSTEM
                        ? "<system>"
                        : "<" + label.key().replaceAll(".*\\.", "") + ">")
                .toList();
        String prometheus =
                meter.prometheusKey() + (meter.kind() == MeterKind.HISTOGRAM ? "_bucket`, `…_count`, `…_sum" : "");
        return "| `" + meter.key() + "` | `" + prometheus + "` | `" + flat(meter, places) + "` | "
                + meter.kind().name().toLowerCase(Locale.ROOT) + ", `" + meter.unit() + "` | "
                + meter.labels().stream().map(label -> "`" + label.key() + "`").collect(Collectors.joining(", "))
                + " | " + meter.help() + " |\n";
    }

    /** A series checks its values, so the pattern is found by one that is possible. */
    private static String flat(KernelMeter meter, List<String> places) {
        List<String> values = meter.labels().stream()
                .map(label -> label.allowed().isEmpty()
                        ? "x-" + label.name()
                        : label.allowed().get(0))
                .toList();
        String name = new MeterSeries(meter, values).flatName();
        for (int i = 0; i < values.size(); i++) {
            name = name.replaceFirst("(?<=\\.)" + values.get(i) + "(?=\\.|$)", places.get(i));
        }
        return name;
    }

    private static String labels() {
        return "| label | values |\n|---|---|\n"
                + Arrays.stream(MeterLabel.values())
                        .map(label -> "| `" + label.key() + "` | "
                                + (label.allowed().isEmpty()
                                        ? "names of the service"
                                        : label.allowed().stream()
                                                .map(value -> "`" + value + "`")
                                                .collect(Collectors.joining(", ")))
                                + " |\n")
                        .collect(Collectors.joining());
    }
}
