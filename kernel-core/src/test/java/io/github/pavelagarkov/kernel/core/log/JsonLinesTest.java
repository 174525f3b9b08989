package io.github.pavelagarkov.kernel.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

/** LG-1 as JSON by Logback, as docs/requests-and-logs.md says. */
class JsonLinesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIGURATION = """
            <configuration>
              <appender name="file" class="ch.qos.logback.core.FileAppender">
                <file>%s</file>
                <encoder class="ch.qos.logback.classic.encoder.JsonEncoder"/>
              </appender>
              <root level="INFO">
                <appender-ref ref="file"/>
              </root>
            </configuration>
            """;

    @TempDir
    private Path folder;

    private List<String> lines(LogEntry entry) throws Exception {
        Path file = folder.resolve("log.json");
        LoggerContext context = new LoggerContext();
        // A context of a test's own would have none.
        context.setMDCAdapter(MDC.getMDCAdapter());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(
                new ByteArrayInputStream(CONFIGURATION.formatted(file).getBytes(StandardCharsets.UTF_8)));
        try (ContextCarrier.Scope scope = LogContext.open("c-1")) {
            KernelLog.of(context.getLogger("billing"), reason -> {}).warn(entry);
        } finally {
            context.stop();
        }
        return Files.readAllLines(file);
    }

    @Test
    void aLineIsJsonWithLevelLoggerKeyValuesAndContext() throws Exception {
        List<String> lines = lines(LogEntry.of("ledger", "close-books")
                .withArg("page", "{\"a\"}\n")
                .withResult("closed")
                .withLatency(Duration.ofMillis(12)));

        assertThat(lines).hasSize(1);
        JsonNode line = JSON.readTree(lines.get(0));
        assertThat(line.path("level").asText()).isEqualTo("WARN");
        assertThat(line.path("loggerName").asText()).isEqualTo("billing");
        assertThat(line.path("mdc")).isEqualTo(JSON.readTree("{\"correlation_id\": \"c-1\"}"));
        assertThat(line.path("kvpList")).containsExactlyInAnyOrderElementsOf(JSON.readTree("""
                        [{"component": "ledger"}, {"operation": "close-books"}, {"page": "{\\"a\\"}\\n"},
                         {"result": "closed"}, {"latency_ms": "12"}]
                        """));
    }
}
