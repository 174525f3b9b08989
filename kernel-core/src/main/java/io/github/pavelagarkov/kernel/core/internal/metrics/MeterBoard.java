package io.github.pavelagarkov.kernel.core.internal.metrics;

import io.github.pavelagarkov.kernel.core.metrics.KernelMeter;
import io.github.pavelagarkov.kernel.core.metrics.MeterLabel;
import io.github.pavelagarkov.kernel.core.metrics.MeterSeries;
import io.github.pavelagarkov.kernel.core.metrics.MeterSink;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Every series there is, in every sink. A series is added once, whoever finds it first.
 *
 * <p>A sink that throws harms no other, see {@link GuardedSink}. Thread-safe.
 */
public final class MeterBoard implements AutoCloseable {
    /** Of one label; beyond it there are no more series, for each costs memory here and in whatever reads it. */
    static final int MOST_NAMES = 1_000;

    private final List<GuardedSink> sinks;

    private final Object lock = new Object();
    /** INVARIANT: guarded by lock, as all below. Never forgets: a library may keep a series that was taken back. */
    private final Map<MeterLabel, Set<String>> names = new EnumMap<>(MeterLabel.class);

    private final Set<MeterSeries> polled = new HashSet<>();
    private final Map<MeterSeries, LongConsumer> counters = new HashMap<>();
    private final Map<MeterSeries, DoubleConsumer> histograms = new HashMap<>();
    private boolean closed;

    /**
     * Creates a board without a series.
     *
     * @param sinks where figures go
     * @param failures told what a sink throws first
     */
    public MeterBoard(List<MeterSink> sinks, Consumer<Throwable> failures) {
        this.sinks = sinks.stream().map(sink -> new GuardedSink(sink, failures)).toList();
    }

    /**
     * Adds a gauge, unless it is there.
     *
     * @param series what it says
     * @param value asked by whoever reads figures; what it throws is no figure
     */
    public void gauge(MeterSeries series, DoubleSupplier value) {
        DoubleSupplier safe = () -> {
            try {
                return value.getAsDouble();
            } catch (RuntimeException | LinkageError e) {
                // Who reads figures must get all the others.
                return Double.NaN;
            }
        };
        addPolled(series, sink -> sink.gauge(series, safe));
    }

    /**
     * Adds a counter that is kept elsewhere, unless it is there.
     *
     * @param series what it counts
     * @param total asked by whoever reads figures
     */
    public void counter(MeterSeries series, LongSupplier total) {
        addPolled(series, sink -> sink.counter(series, new LastTotal(total)));
    }

    private void addPolled(MeterSeries series, Consumer<MeterSink> add) {
        synchronized (lock) {
            if (!polled.contains(series) && admits(series)) {
                polled.add(series);
                tell(add);
            }
        }
    }

    /**
     * {@return the counter, added if it is not there}
     *
     * @param meter what is counted
     * @param values one for each label
     */
    public LongConsumer counter(KernelMeter meter, String... values) {
        MeterSeries series = MeterSeries.of(meter, values);
        synchronized (lock) {
            LongConsumer there = counters.get(series);
            if (there != null) {
                return there;
            }
            if (!admits(series)) {
                return more -> {};
            }
            List<LongConsumer> each =
                    sinks.stream().map(sink -> sink.counter(series)).toList();
            LongConsumer all = each.size() == 1 ? each.get(0) : more -> each.forEach(one -> one.accept(more));
            counters.put(series, all);
            return all;
        }
    }

    /**
     * {@return the distribution, added if it is not there}
     *
     * @param series what it measures
     */
    public DoubleConsumer histogram(MeterSeries series) {
        synchronized (lock) {
            DoubleConsumer there = histograms.get(series);
            if (there != null) {
                return there;
            }
            if (!admits(series)) {
                return seconds -> {};
            }
            List<DoubleConsumer> each =
                    sinks.stream().map(sink -> sink.histogram(series)).toList();
            DoubleConsumer all = each.size() == 1 ? each.get(0) : seconds -> each.forEach(one -> one.accept(seconds));
            histograms.put(series, all);
            return all;
        }
    }

    /**
     * Takes series back.
     *
     * @param gone whether a series is about what is gone
     */
    public void removeIf(Predicate<MeterSeries> gone) {
        synchronized (lock) {
            Set<MeterSeries> all = new HashSet<>(polled);
            all.addAll(counters.keySet());
            all.addAll(histograms.keySet());
            all.removeIf(gone.negate());
            all.forEach(series -> {
                polled.remove(series);
                counters.remove(series);
                histograms.remove(series);
                tell(sink -> sink.remove(series));
            });
        }
    }

    /** INVARIANT: called with the lock held. */
    private boolean admits(MeterSeries series) {
        if (closed) {
            return false;
        }
        List<MeterLabel> labels = series.meter().labels();
        for (int i = 0; i < labels.size(); i++) {
            MeterLabel label = labels.get(i);
            if (label.allowed().isEmpty()) {
                Set<String> known = names.computeIfAbsent(label, key -> new HashSet<>());
                String name = series.values().get(i);
                if (known.size() >= MOST_NAMES && !known.contains(name)) {
                    return false;
                }
                known.add(name);
            }
        }
        return true;
    }

    /** INVARIANT: called with the lock held. */
    private void tell(Consumer<MeterSink> what) {
        sinks.forEach(sink -> sink.tell(what));
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (!closed) {
                closed = true;
                sinks.forEach(GuardedSink::close);
            }
        }
    }

    /** Never falls: what cannot be asked any more has the total that it had. */
    private static final class LastTotal implements LongSupplier {
        private final LongSupplier total;
        private volatile long last;

        LastTotal(LongSupplier total) {
            this.total = total;
        }

        @Override
        public long getAsLong() {
            try {
                last = total.getAsLong();
            } catch (RuntimeException | LinkageError e) {
                return last;
            }
            return last;
        }
    }
}
