package io.github.pavelagarkov.kernel.cdi.helidon;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.pavelagarkov.kernel.cdi.tests.host.HelidonHost;
import io.github.pavelagarkov.kernel.tck.TckApplication.Behaviour;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.TckHost.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** LG-1 as JSON by Logback, as docs/requests-and-logs.md says. */
final class JsonLinesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void aLineIsJsonWithLevelLoggerAndKeyValues() throws Exception {
        Settings settings =
                Settings.of(Behaviour.LOGS).withProperty("logback.configurationFile", "logback-as-json.xml");
        try (TckHost.Running host = new HelidonHost().start(settings)) {
            JsonNode entry = JSON.readTree(host.awaitLine("tck-ledger", PATIENCE));

            assertThat(entry.path("level").asText()).isEqualTo("INFO");
            assertThat(entry.path("loggerName").asText()).isEqualTo("tck");
            assertThat(entry.path("kvpList")).containsExactlyInAnyOrderElementsOf(JSON.readTree("""
                            [{"component": "tck-ledger"}, {"operation": "close-books"}, {"year": "1492"},
                             {"result": "books closed"}, {"latency_ms": "1234"}]
                            """));
        }
    }
}
