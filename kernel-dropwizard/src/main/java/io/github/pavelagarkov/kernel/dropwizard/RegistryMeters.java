package io.github.pavelagarkov.kernel.dropwizard;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.Metric;
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
    /** Only what is new by this: what was there is another kernel's, or the application's, and stays. */
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    RegistryMeters(MetricRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void gauge(MeterSeries series, DoubleSupplier value) {
        Gauge<Double> gauge = value::getAsDouble;
        register(series, gauge);
    }

    @Override
    public void counter(MeterSeries series, LongSupplier total) {
        Gauge<Long> gauge = total::getAsLong;
        register(series, gauge);
    }

    @Override
    public LongConsumer counter(MeterSeries series) {
        Counter made = new Counter();
        Counter counter = registry.counter(series.flatName(), () -> made);
        if (counter == made) {
            names.add(series.flatName());
        }
        return counter::inc;
    }

    @Override
    public DoubleConsumer histogram(MeterSeries series) {
        Timer made = new Timer();
        Timer timer = registry.timer(series.flatName(), () -> made);
        if (timer == made) {
            names.add(series.flatName());
        }
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

    private void register(MeterSeries series, Metric metric) {
        registry.register(series.flatName(), metric);
        names.add(series.flatName());
    }
}
