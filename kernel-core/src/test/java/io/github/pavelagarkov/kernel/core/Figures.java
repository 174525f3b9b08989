package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.metrics.KernelMeter;
import io.github.pavelagarkov.kernel.core.metrics.MeterLabel;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;

/** A real SDK, whose figures are read here. */
final class Figures implements AutoCloseable {
    private final InMemoryMetricReader reader = InMemoryMetricReader.create();
    final OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
            .setMeterProvider(
                    SdkMeterProvider.builder().registerMetricReader(reader).build())
            .build();

    /** {@return everything there is now} */
    Collection<MetricData> all() {
        return reader.collectAllMetrics();
    }

    /** {@return the value of one series, of a histogram how often; empty if there is none} */
    OptionalDouble of(KernelMeter meter, String... values) {
        Attributes wanted = attributes(meter, values);
        return all().stream()
                .filter(metric -> metric.getName().equals(meter.key()))
                .flatMap(metric -> metric.getData().getPoints().stream())
                .filter(point -> point.getAttributes().equals(wanted))
                .mapToDouble(Figures::value)
                .findFirst();
    }

    /** {@return the sum of a histogram} */
    double sum(KernelMeter meter, String... values) {
        Attributes wanted = attributes(meter, values);
        return all().stream()
                .filter(metric -> metric.getName().equals(meter.key()))
                .flatMap(metric -> metric.getHistogramData().getPoints().stream())
                .filter(point -> point.getAttributes().equals(wanted))
                .mapToDouble(HistogramPointData::getSum)
                .findFirst()
                .orElseThrow();
    }

    private static Attributes attributes(KernelMeter meter, String... values) {
        var attributes = Attributes.builder();
        List<MeterLabel> labels = meter.labels();
        for (int i = 0; i < labels.size(); i++) {
            attributes.put(AttributeKey.stringKey(labels.get(i).key()), values[i]);
        }
        return attributes.build();
    }

    private static double value(PointData point) {
        if (point instanceof LongPointData number) {
            return number.getValue();
        }
        return point instanceof DoublePointData number ? number.getValue() : ((HistogramPointData) point).getCount();
    }

    @Override
    public void close() {
        sdk.close();
    }
}
