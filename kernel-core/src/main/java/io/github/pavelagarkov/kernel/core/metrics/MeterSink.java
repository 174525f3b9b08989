package io.github.pavelagarkov.kernel.core.metrics;

import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Where figures go: one library of metrics. An adapter implements it and decides nothing; kernel calls it.
 *
 * <p>A series is added once before it is removed, from one thread at a time; whoever reads figures may ask suppliers from any
 * thread, at any time until the series is removed. Suppliers return at once. What a method throws is reported and harms
 * nothing else.
 */
public interface MeterSink extends AutoCloseable {
    /**
     * Adds a gauge.
     *
     * @param series of the kind {@link MeterKind#GAUGE}
     * @param value what is the case now; NaN if there is nothing to say
     */
    void gauge(MeterSeries series, DoubleSupplier value);

    /**
     * Adds a counter that is kept elsewhere.
     *
     * @param series of the kind {@link MeterKind#COUNTER}
     * @param total how often it has happened
     */
    void counter(MeterSeries series, LongSupplier total);

    /**
     * Adds a counter, which begins at 0.
     *
     * @param series of the kind {@link MeterKind#COUNTER}
     * @return told how often it has happened again
     */
    LongConsumer counter(MeterSeries series);

    /**
     * Adds a distribution of durations.
     *
     * @param series of the kind {@link MeterKind#HISTOGRAM}
     * @return told each duration, in seconds
     */
    DoubleConsumer histogram(MeterSeries series);

    /**
     * Takes a series back, as far as the library can: what it was about is gone.
     *
     * @param series one that was added
     */
    void remove(MeterSeries series);

    /** Takes everything back; nothing is called after that. */
    @Override
    void close();
}
