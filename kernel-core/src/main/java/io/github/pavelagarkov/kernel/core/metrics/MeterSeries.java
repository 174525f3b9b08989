package io.github.pavelagarkov.kernel.core.metrics;

import io.github.pavelagarkov.kernel.Check;
import java.util.List;

/**
 * One line of figures: a metric and what it is about.
 *
 * @param meter what is measured
 * @param values one value for each label of the metric, in their order
 */
public record MeterSeries(KernelMeter meter, List<String> values) {
    /**
     * Checks that there is one value for each label, and one that the label has.
     *
     * @throws IllegalArgumentException if not; names both
     */
    public MeterSeries {
        Check.notNull("meter", meter);
        values = List.copyOf(values);
        List<MeterLabel> labels = meter.labels();
        if (values.size() != labels.size()) {
            throw new IllegalArgumentException(
                    "metric " + meter.key() + " needs a value for each of " + labels + ", got " + values);
        }
        for (int i = 0; i < values.size(); i++) {
            MeterLabel label = labels.get(i);
            if (!label.allowed().isEmpty() && !label.allowed().contains(values.get(i))) {
                throw new IllegalArgumentException("label " + label.key() + " of metric " + meter.key()
                        + " must be one of " + label.allowed() + ", was '" + values.get(i) + "'");
            }
        }
    }

    /**
     * {@return a series}
     *
     * @param meter what is measured
     * @param values one value for each label
     */
    public static MeterSeries of(KernelMeter meter, String... values) {
        return new MeterSeries(meter, List.of(values));
    }

    /** {@return the name of this series in a library without labels} */
    public String flatName() {
        return meter.flat(values);
    }
}
