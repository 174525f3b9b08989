package io.github.pavelagarkov.kernel.dropwizard;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import io.github.pavelagarkov.kernel.core.metrics.MeterSeries;
import io.github.pavelagarkov.kernel.core.metrics.MeterSink;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Figures to the registry of an application, which has no labels: each series has a name of its own. A counter that a part of
 * the kernel keeps is a gauge here, for a {@code Counter} keeps its count itself. Thread-safe.
 */
final class RegistryMeters implements MeterSink {
    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    private final MetricRegistry registry;
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    RegistryMeters(MetricRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void gauge(MeterSeries series, DoubleSupplier value) {
        Gauge<Double> gauge = value::getAsDouble;
        registry.register(named(series), gauge);
    }

    @Override
    public void counter(MeterSeries series, LongSupplier total) {
        Gauge<Long> gauge = total::getAsLong;
        registry.register(named(series), gauge);
    }

    @Override
    public LongConsumer counter(MeterSeries series) {
        return registry.counter(named(series))::inc;
    }

    @Override
    public DoubleConsumer histogram(MeterSeries series) {
        Timer timer = registry.timer(named(series));
        return seconds -> timer.update(Duration.ofNanos((long) (seconds * NANOS)));
    }

    @Override
    public void remove(MeterSeries series) {
        String name = series.flatName();
        if (names.remove(name)) {
            registry.remove(name);
        }
    }

    @Override
    public void close() {
        names.forEach(registry::remove);
        names.clear();
    }

    private String named(MeterSeries series) {
        String name = series.flatName();
        names.add(name);
        return name;
    }
}
