package io.github.pavelagarkov.kernel.cdi.payara;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.TckApplication.Behaviour;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.TckHost.Settings;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An application that nothing happens to. */
final class QuietLifeIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** The server brings libraries of its own, of other versions: OpenTelemetry for one. */
    @Test
    void theKernelSaysNoErrorAndNoWarning() {
        try (TckHost.Running host = new PayaraHost().start(Settings.of(Behaviour.WAITS))) {
            host.awaitLine(PayaraHost.UP.pattern(), PATIENCE);
            host.terminate();
            var unused = host.awaitExit(PATIENCE);

            List<String> ofApplication = host.lines().stream()
                    .filter(line -> line.matches("(INFO|WARN|ERROR) .*"))
                    .toList();
            assertThat(ofApplication)
                    .anyMatch(line -> line.contains("took") && line.contains("hooks OK"))
                    .allMatch(line -> line.startsWith("INFO"));
        }
    }
}
