package io.github.pavelagarkov.kernel.core.internal.metrics;

import io.github.pavelagarkov.kernel.core.metrics.MeterSeries;
import io.github.pavelagarkov.kernel.core.metrics.MeterSink;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.LongConsumer;

/**
 * A sink that harms nobody else: what it throws is reported, the first time.
 *
 * <p>Once it has refused a series it is told of no other, but it keeps what it has, and is closed like all.
 */
final class GuardedSink {
    private final MeterSink sink;
    private final Consumer<Throwable> failures;
    private final AtomicBoolean reported = new AtomicBoolean();
    /** INVARIANT: used with the lock of the board held. */
    private boolean refused;

    GuardedSink(MeterSink sink, Consumer<Throwable> failures) {
        this.sink = sink;
        this.failures = failures;
    }

    void tell(Consumer<MeterSink> what) {
        if (!refused) {
            refused = !succeeds(() -> what.accept(sink));
        }
    }

    LongConsumer counter(MeterSeries series) {
        LongConsumer[] made = {more -> {}};
        tell(asked -> made[0] = asked.counter(series));
        LongConsumer counter = made[0];
        return more -> succeeds(() -> counter.accept(more));
    }

    DoubleConsumer histogram(MeterSeries series) {
        DoubleConsumer[] made = {seconds -> {}};
        tell(asked -> made[0] = asked.histogram(series));
        DoubleConsumer histogram = made[0];
        return seconds -> succeeds(() -> histogram.accept(seconds));
    }

    /** Also one that has refused a series: what it has would keep a stopped kernel alive. */
    void close() {
        var unused = succeeds(sink::close);
    }

    private boolean succeeds(Runnable part) {
        try {
            part.run();
            return true;
        } catch (RuntimeException | LinkageError e) {
            if (reported.compareAndSet(false, true)) {
                failures.accept(e);
            }
            return false;
        }
    }
}
