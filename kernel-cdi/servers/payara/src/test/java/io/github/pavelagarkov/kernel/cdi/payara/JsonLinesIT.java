package io.github.pavelagarkov.kernel.cdi.payara;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.pavelagarkov.kernel.cdi.tests.host.Clerk;
import io.github.pavelagarkov.kernel.cdi.tests.host.WebArchives;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** LG-1 and LG-4 as JSON, in both ways that docs/requests-and-logs.md says: by the server, and by Logback in the application. */
final class JsonLinesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FORMATTER = ".formatter=fish.payara.enterprise.server.logging.JSONLogFormatter";
    private static final List<String> BY_SERVER = List.of(
            "java.util.logging.ConsoleHandler" + FORMATTER,
            "com.sun.enterprise.server.logging.GFFileHandler" + FORMATTER);
    private static final String BY_LOGBACK = """
            <configuration>
              <appender name="console" class="ch.qos.logback.core.ConsoleAppender">
                <encoder class="ch.qos.logback.classic.encoder.JsonEncoder"/>
              </appender>
              <root level="INFO">
                <appender-ref ref="console"/>
              </root>
            </configuration>
            """;

    private static WebArchive clerk(String name) {
        return WebArchives.of(name + ".war", List.of("kernel.application=" + name), Clerk.class);
    }

    /** An application without the provider of slf4j that all others here have. */
    private static WebArchive bare(String name) {
        WebArchive archive = clerk(name);
        archive.delete("WEB-INF/lib/" + WebArchives.library("logback-classic-").getName());
        return archive;
    }

    private static File jdk14() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(File::new)
                .filter(file -> file.getName().startsWith("slf4j-jdk14-"))
                .findFirst()
                .orElseThrow();
    }

    /** {@return a server that writes JSON to its console, with these applications} */
    private static Payara serverOf(WebArchive... archives) {
        Payara server = Payara.prepared();
        Map<String, Path> applications = new HashMap<>();
        for (WebArchive archive : archives) {
            Path file = server.domain().resolve(archive.getName());
            archive.as(ZipExporter.class).exportTo(file.toFile(), true);
            applications.put("/" + archive.getName(), file);
        }
        var unused = server.configure(BY_SERVER, applications);
        return server;
    }

    @Test
    void aLineIsJsonWithLevelLoggerAndKeyValues() throws Exception {
        Payara payara = serverOf(
                bare("bare"),
                bare("provided").addAsLibraries(jdk14()),
                clerk("logback").addAsResource(new StringAsset(BY_LOGBACK), "logback.xml"));
        try (JavaProcess server = payara.process().start()) {
            // With slf4j-jdk14 the key values come first, from kernel's own bridge they come last.
            JsonNode provided = awaitJson(server, "component=ledger .*ledger close-books\"");
            JsonNode bare = awaitJson(server, "ledger close-books \\[component=ledger, ");
            JsonNode said = awaitJson(server, "slf4j has no provider");
            JsonNode logback = awaitJson(server, "\"kvpList\".*close-books");

            assertThat(provided.path("Level").asText()).isEqualTo("WARNING");
            assertThat(provided.path("LoggerName").asText()).isEqualTo("clerk");
            assertThat(provided.path("LogMessage").asText()).contains("year=1492", "page={\"a\"}");
            assertThat(bare.path("Level").asText()).isEqualTo("WARNING");
            assertThat(bare.path("LoggerName").asText()).isEqualTo("kernel");
            // And behind that the span of the run: Payara brings OpenTelemetry.
            assertThat(bare.path("LogMessage").asText())
                    .startsWith("ledger close-books [component=ledger, operation=close-books, year=1492, page={\"a\"}");
            assertThat(awaitInFile(payara, "ledger close-books [component=ledger, ")
                            .path("LogMessage"))
                    .as("the same line in server.log")
                    .isEqualTo(bare.path("LogMessage"));
            assertThat(said.path("Level").asText()).isEqualTo("WARNING");
            assertThat(server.lines())
                    .filteredOn(line -> line.text().contains("slf4j has no provider"))
                    .as("said once, by the application that has none")
                    .hasSize(1);
            assertThat(logback.path("level").asText()).isEqualTo("WARN");
            assertThat(logback.path("loggerName").asText()).isEqualTo("clerk");
            assertThat(logback.path("kvpList")).containsAll(JSON.readTree("""
                            [{"component": "ledger"}, {"operation": "close-books"},
                             {"year": "1492"}, {"page": "{\\"a\\"}"}]
                            """));
        }
    }

    private static JsonNode awaitJson(JavaProcess server, String regex) throws JsonProcessingException {
        return JSON.readTree(server.awaitLine(regex, PATIENCE).text());
    }

    /** The server writes its file a little later than its console. */
    private static JsonNode awaitInFile(Payara server, String part) throws JsonProcessingException {
        Path file = server.domain().resolve("logs/server.log");
        Optional<String> found = await().atMost(PATIENCE)
                .until(
                        () -> Files.readAllLines(file).stream()
                                .filter(line -> line.contains(part))
                                .findFirst(),
                        Optional::isPresent);
        return JSON.readTree(found.orElseThrow());
    }
}
