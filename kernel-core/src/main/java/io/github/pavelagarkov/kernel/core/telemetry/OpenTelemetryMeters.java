package io.github.pavelagarkov.kernel.core.telemetry;

import io.github.pavelagarkov.kernel.core.metrics.KernelMeter;
import io.github.pavelagarkov.kernel.core.metrics.MeterLabel;
import io.github.pavelagarkov.kernel.core.metrics.MeterSeries;
import io.github.pavelagarkov.kernel.core.metrics.MeterSink;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.DoubleHistogramBuilder;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Figures to a {@link Meter} of OpenTelemetry. An instrument is made with its first series. Thread-safe. */
final class OpenTelemetryMeters implements MeterSink {
    /** What the semantic conventions have for durations in seconds, and on to a quarter of an hour: jobs may take long. */
    private static final List<Double> BUCKETS = List.of(
            0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0, 60.0, 300.0, 900.0);

    private final Meter meter;
    private final Map<KernelMeter, Map<Attributes, DoubleSupplier>> gauges = new ConcurrentHashMap<>();
    private final Map<KernelMeter, Map<Attributes, LongSupplier>> totals = new ConcurrentHashMap<>();
    private final Map<KernelMeter, LongCounter> counters = new EnumMap<>(KernelMeter.class);
    private final Map<KernelMeter, DoubleHistogram> histograms = new EnumMap<>(KernelMeter.class);
    /** Those that would go on to ask. */
    private final List<AutoCloseable> asking = new ArrayList<>();

    OpenTelemetryMeters(Meter meter) {
        this.meter = meter;
    }

    @Override
    public void gauge(MeterSeries series, DoubleSupplier value) {
        Map<Attributes, DoubleSupplier> there = gauges.get(series.meter());
        if (there == null) {
            Map<Attributes, DoubleSupplier> all = new ConcurrentHashMap<>();
            gauges.put(series.meter(), all);
            there = all;
            asking.add(meter.gaugeBuilder(series.meter().key())
                    .setUnit(series.meter().unit())
                    .setDescription(series.meter().help())
                    .buildWithCallback(measurement -> all.forEach((attributes, supplier) -> {
                        double now = supplier.getAsDouble();
                        if (!Double.isNaN(now)) {
                            measurement.record(now, attributes);
                        }
                    })));
        }
        there.put(attributes(series), value);
    }

    @Override
    public void counter(MeterSeries series, LongSupplier total) {
        Map<Attributes, LongSupplier> there = totals.get(series.meter());
        if (there == null) {
            Map<Attributes, LongSupplier> all = new ConcurrentHashMap<>();
            totals.put(series.meter(), all);
            there = all;
            asking.add(meter.counterBuilder(series.meter().key())
                    .setUnit(series.meter().unit())
                    .setDescription(series.meter().help())
                    .buildWithCallback(measurement -> all.forEach(
                            (attributes, supplier) -> measurement.record(supplier.getAsLong(), attributes))));
        }
        there.put(attributes(series), total);
    }

    @Override
    public LongConsumer counter(MeterSeries series) {
        LongCounter counter = counters.computeIfAbsent(
                series.meter(),
                key -> meter.counterBuilder(key.key())
                        .setUnit(key.unit())
                        .setDescription(key.help())
                        .build());
        Attributes attributes = attributes(series);
        // So that there is 0 and not nothing.
        counter.add(0, attributes);
        return more -> counter.add(more, attributes);
    }

    @Override
    public DoubleConsumer histogram(MeterSeries series) {
        DoubleHistogram histogram = histograms.computeIfAbsent(
                series.meter(),
                key -> advised(meter.histogramBuilder(key.key())
                                .setUnit(key.unit())
                                .setDescription(key.help()))
                        .build());
        Attributes attributes = attributes(series);
        return seconds -> histogram.record(seconds, attributes);
    }

    /** Payara 6 brings an OpenTelemetry before 1.32, where no buckets can be proposed: a view of its SDK has to set them. */
    private static DoubleHistogramBuilder advised(DoubleHistogramBuilder builder) {
        try {
            return builder.setExplicitBucketBoundariesAdvice(BUCKETS);
        } catch (NoSuchMethodError e) {
            return builder;
        }
    }

    /** What is pushed stays in the SDK, which cannot forget a series. */
    @Override
    public void remove(MeterSeries series) {
        Attributes attributes = attributes(series);
        gauges.computeIfPresent(series.meter(), (meter, all) -> without(all, attributes));
        totals.computeIfPresent(series.meter(), (meter, all) -> without(all, attributes));
    }

    private static <V> Map<Attributes, V> without(Map<Attributes, V> all, Attributes attributes) {
        all.remove(attributes);
        return all;
    }

    @Override
    public void close() {
        for (AutoCloseable each : asking) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot happen: an instrument throws nothing checked", e);
            }
        }
    }

    private static Attributes attributes(MeterSeries series) {
        AttributesBuilder attributes = Attributes.builder();
        List<MeterLabel> labels = series.meter().labels();
        for (int i = 0; i < labels.size(); i++) {
            attributes.put(
                    AttributeKey.stringKey(labels.get(i).key()), series.values().get(i));
        }
        return attributes.build();
    }
}
