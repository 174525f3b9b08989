package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.metrics.KernelMeter;
import io.github.pavelagarkov.kernel.core.metrics.MeterKind;
import io.github.pavelagarkov.kernel.core.metrics.MeterLabel;
import io.github.pavelagarkov.kernel.core.telemetry.KernelTelemetry;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.opentelemetry.exporter.prometheus.PrometheusHttpServer;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hawkular.agent.prometheus.text.TextPrometheusMetricsProcessor;
import org.hawkular.agent.prometheus.types.Counter;
import org.hawkular.agent.prometheus.types.Gauge;
import org.hawkular.agent.prometheus.types.Histogram;
import org.hawkular.agent.prometheus.types.Metric;
import org.hawkular.agent.prometheus.types.MetricFamily;
import org.hawkular.agent.prometheus.walkers.CollectorPrometheusMetricsWalker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What Prometheus sees, scraped over HTTP and read by a parser of its text; and what asks for it. */
final class PrometheusTest {
    private static final Path EXAMPLES = Path.of(System.getProperty("basedir", "."), "..", "examples", "observability");
    /** What Prometheus itself adds, and what its histograms have. */
    private static final Set<String> FOREIGN_LABELS = Set.of(
            "job", "instance", "namespace", "le", "otel_scope_name", "otel_scope_version", "severity", "alertname");

    private static final Pattern NAME = Pattern.compile("\\b(?:kernel|db_client)_[a-z_]+\\b");
    private static final Pattern SELECTOR = Pattern.compile("([a-z_]+)\\{([^}]*)}");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on|ignoring|without)\\s*\\(([^)]*)\\)");
    private static final Pattern LEGEND = Pattern.compile("\\{\\{\\s*\\$?(?:labels\\.)?([a-z_]+)[^}]*}}");

    private final KernelFixture on = new KernelFixture();
    private int port;
    private OpenTelemetrySdk sdk;
    private Kernel kernel;

    @BeforeEach
    void start() throws IOException {
        port = freePort();
        sdk = OpenTelemetrySdk.builder()
                .setMeterProvider(SdkMeterProvider.builder()
                        .registerMetricReader(PrometheusHttpServer.builder()
                                .setHost("127.0.0.1")
                                .setPort(port)
                                .build())
                        .build())
                .build();
        kernel = on.builder(
                        "kernel.postgres.names", "orders",
                        "kernel.postgres.orders.url", "jdbc:postgresql://127.0.0.1:1/orders",
                        "kernel.clickhouse.names", "events",
                        "kernel.clickhouse.events.url", "jdbc:clickhouse://127.0.0.1:1/events")
                .with(KernelTelemetry.of(sdk))
                .election("mail")
                .job(JobSpec.named("tidy")
                        .every(Duration.ofSeconds(1))
                        .task(context -> {})
                        .build())
                .build();
        kernel.start();
        on.clock.advance(Duration.ofMillis(2_500));
    }

    @AfterEach
    void stop() {
        on.stop(kernel);
        sdk.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Map<String, MetricFamily> scrape() throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port + "/metrics").toURL().openConnection();
        connection.setRequestProperty("Accept", "text/plain; version=0.0.4");
        CollectorPrometheusMetricsWalker collector = new CollectorPrometheusMetricsWalker();
        try (InputStream text = connection.getInputStream()) {
            new TextPrometheusMetricsProcessor(text, collector).walk();
        }
        Map<String, MetricFamily> families = new TreeMap<>();
        collector.getAllMetricFamilies().forEach(family -> families.put(family.getName(), family));
        return families;
    }

    private List<Metric> series(String name) throws IOException {
        MetricFamily family = scrape().get(name);
        return family == null ? List.of() : family.getMetrics();
    }

    /** {@return the names that Prometheus stores, each with its labels} */
    private Map<String, Set<String>> stored() throws IOException {
        Map<String, Set<String>> stored = new TreeMap<>();
        scrape().forEach((name, family) -> {
            Set<String> labels = new TreeSet<>();
            family.getMetrics()
                    .forEach(metric -> labels.addAll(metric.getLabels().keySet()));
            boolean histogram = family.getMetrics().get(0) instanceof Histogram;
            (histogram ? Stream.of("_bucket", "_count", "_sum") : Stream.of(""))
                    .forEach(suffix -> stored.put(name + suffix, labels));
        });
        // No hook has ended yet, and a histogram without a value is not there.
        Stream.of("_bucket", "_count", "_sum")
                .forEach(suffix -> stored.putIfAbsent(
                        KernelMeter.SHUTDOWN_HOOK_DURATION.prometheusKey() + suffix,
                        Set.of(MeterLabel.HOOK.prometheusKey())));
        return stored;
    }

    @Test
    void everyMeterIsThereByItsNameWithItsLabels() throws IOException {
        Map<String, MetricFamily> families = scrape();

        List<KernelMeter> expected = Arrays.stream(KernelMeter.values())
                .filter(meter -> meter != KernelMeter.SHUTDOWN_HOOK_DURATION)
                .toList();
        assertThat(expected).allSatisfy(meter -> {
            assertThat(families).containsKey(meter.prometheusKey());
            assertThat(families.get(meter.prometheusKey()))
                    .isNotNull()
                    .extracting(MetricFamily::getHelp)
                    .isEqualTo(meter.help());
            assertThat(series(meter.prometheusKey()))
                    .isNotEmpty()
                    .hasOnlyElementsOfType(type(meter.kind()))
                    .allSatisfy(metric -> assertThat(labels(metric))
                            .containsExactlyInAnyOrderElementsOf(meter.labels().stream()
                                    .map(MeterLabel::prometheusKey)
                                    .toList()));
        });
    }

    private static Class<? extends Metric> type(MeterKind kind) {
        return switch (kind) {
            case GAUGE -> Gauge.class;
            case COUNTER -> Counter.class;
            case HISTOGRAM -> Histogram.class;
        };
    }

    private static Set<String> labels(Metric metric) {
        Set<String> labels = new TreeSet<>(metric.getLabels().keySet());
        labels.removeAll(FOREIGN_LABELS);
        return labels;
    }

    @Test
    void valuesAreReadAsTheyAre() throws IOException {
        Metric runs = series("kernel_job_run_total").stream()
                .filter(metric -> "success".equals(metric.getLabels().get("kernel_job_outcome")))
                .findFirst()
                .orElseThrow();

        assertThat(runs.getLabels()).containsEntry("kernel_job_name", "tidy");
        assertThat(((Counter) runs).getValue()).isEqualTo(2);
        assertThat(((Gauge) series("kernel_leader_state").get(0)).getValue()).isEqualTo(1);
    }

    /** {@return every map in a file that has a key; JSON is YAML} */
    private static List<Map<?, ?>> having(String key, String file) throws IOException {
        List<Map<?, ?>> found = new ArrayList<>();
        collect(
                key,
                new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(EXAMPLES.resolve(file))),
                found);
        return found;
    }

    private static void collect(String key, Object node, List<Map<?, ?>> found) {
        if (node instanceof Map<?, ?> map) {
            if (map.containsKey(key)) {
                found.add(map);
            }
            map.values().forEach(value -> collect(key, value, found));
        } else if (node instanceof List<?> list) {
            list.forEach(value -> collect(key, value, found));
        }
    }

    @Test
    void alertRulesAskForWhatThereIs() throws IOException {
        List<Map<?, ?>> rules = having("alert", "alerts.yaml");

        assertThat(rules).hasSizeGreaterThan(8);
        Map<String, Set<String>> stored = stored();
        for (Map<?, ?> rule : rules) {
            checkExpression(String.valueOf(rule.get("expr")), stored);
            checkLegend(String.valueOf(rule.get("annotations")), stored);
        }
    }

    @Test
    void dashboardAsksForWhatThereIs() throws IOException {
        List<Map<?, ?>> targets = having("expr", "dashboard.json");

        assertThat(targets).hasSizeGreaterThan(20);
        Map<String, Set<String>> stored = stored();
        for (Map<?, ?> target : targets) {
            checkExpression(String.valueOf(target.get("expr")), stored);
            checkLegend(String.valueOf(target.get("legendFormat")), stored);
        }
    }

    @Test
    void everyMeterIsOnTheDashboard() throws IOException {
        String expressions = having("expr", "dashboard.json").toString();

        assertThat(KernelMeter.values())
                .extracting(KernelMeter::prometheusKey)
                .allSatisfy(name -> assertThat(expressions).contains(name));
    }

    private static List<String> split(String list) {
        return Pattern.compile(",").splitAsStream(list).toList();
    }

    private static void checkExpression(String expression, Map<String, Set<String>> stored) {
        Set<String> labels = new TreeSet<>(FOREIGN_LABELS);
        Matcher selectors = SELECTOR.matcher(expression);
        while (selectors.find()) {
            for (String matcher : split(selectors.group(2))) {
                String label = matcher.replaceFirst("[=!~].*", "").strip();
                assertThat(label)
                        .as("label in " + selectors.group())
                        .satisfiesAnyOf(
                                known -> assertThat(FOREIGN_LABELS).contains(known),
                                own -> assertThat(stored.getOrDefault(selectors.group(1), Set.of()))
                                        .contains(own));
                labels.add(label);
            }
        }
        String bare = SELECTOR.matcher(expression).replaceAll("$1");
        Matcher groupings = GROUPING.matcher(bare);
        List<String> names = NAME.matcher(GROUPING.matcher(bare).replaceAll(""))
                .results()
                .map(found -> found.group())
                .toList();
        assertThat(names)
                .as("metrics in " + expression)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(stored).containsKey(name));
        names.forEach(name -> labels.addAll(stored.get(name)));
        while (groupings.find()) {
            for (String label : split(groupings.group(1))) {
                assertThat(labels).as("labels in " + expression).contains(label.strip());
            }
        }
    }

    private static void checkLegend(String text, Map<String, Set<String>> stored) {
        Set<String> labels = new TreeSet<>(FOREIGN_LABELS);
        stored.values().forEach(labels::addAll);
        LEGEND.matcher(text)
                .results()
                .map(found -> found.group(1))
                .filter(label -> !label.equals("value"))
                .forEach(label -> assertThat(labels).as("labels in " + text).contains(label));
    }
}
