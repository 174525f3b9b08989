package io.github.pavelagarkov.kernel.dropwizard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.github.pavelagarkov.kernel.core.metrics.KernelMeter;
import io.github.pavelagarkov.kernel.core.metrics.MeterSeries;
import org.junit.jupiter.api.Test;

final class RegistryMetersTest {
    private static final MeterSeries LIVENESS = MeterSeries.of(KernelMeter.LIVENESS_STATE);
    private static final MeterSeries FATAL = MeterSeries.of(KernelMeter.FATAL);
    private static final MeterSeries WAIT = MeterSeries.of(KernelMeter.JOB_WAIT_DURATION, "tidy");

    private final MetricRegistry registry = new MetricRegistry();
    private final RegistryMeters meters = new RegistryMeters(registry);

    @Test
    void closeTakesBackWhatIsItsOwn() {
        meters.gauge(LIVENESS, () -> 1);
        meters.counter(FATAL).accept(2);
        meters.histogram(WAIT).accept(0.5);
        assertThat(registry.counter(FATAL.flatName()).getCount()).isEqualTo(2);

        meters.close();

        assertThat(registry.getNames()).isEmpty();
    }

    @Test
    void metricThatWasThereStays() {
        Gauge<Integer> other = () -> 7;
        registry.register(LIVENESS.flatName(), other);
        registry.counter(FATAL.flatName());
        registry.timer(WAIT.flatName());

        assertThatThrownBy(() -> meters.gauge(LIVENESS, () -> 1)).isInstanceOf(IllegalArgumentException.class);
        meters.counter(FATAL).accept(1);
        meters.histogram(WAIT).accept(0.5);
        meters.remove(LIVENESS);
        meters.close();

        assertThat(registry.getNames())
                .containsExactlyInAnyOrder(LIVENESS.flatName(), FATAL.flatName(), WAIT.flatName());
    }
}
