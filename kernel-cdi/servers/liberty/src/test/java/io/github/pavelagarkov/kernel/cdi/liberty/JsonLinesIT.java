package io.github.pavelagarkov.kernel.cdi.liberty;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.pavelagarkov.kernel.cdi.tests.host.Clerk;
import io.github.pavelagarkov.kernel.cdi.tests.host.WebArchives;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.io.File;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** LG-1 and LG-4 in the JSON of the server, as docs/requests-and-logs.md says: where level, logger and key values are. */
final class JsonLinesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An application without the provider of slf4j that all others here have. */
    private static WebArchive clerk(String name) {
        WebArchive archive = WebArchives.of(name + ".war", List.of("kernel.application=" + name), Clerk.class);
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

    @Test
    void aLineIsJsonWithLevelAndLoggerAndTheKeyValuesInItsMessage() throws Exception {
        Liberty liberty = Liberty.configured("json", List.of(), "<logging consoleFormat=\"json\"/>");
        liberty.clear();
        for (WebArchive archive : List.of(clerk("bare"), clerk("provided").addAsLibraries(jdk14()))) {
            archive.as(ZipExporter.class)
                    .exportTo(
                            liberty.folder()
                                    .resolve("dropins")
                                    .resolve(archive.getName())
                                    .toFile(),
                            true);
        }
        // From the first line on; what server.xml says comes into force later.
        try (JavaProcess server = liberty.process()
                .env("WLP_LOGGING_CONSOLE_FORMAT", "json")
                .env("WLP_LOGGING_CONSOLE_SOURCE", "message")
                .start()) {
            // With slf4j-jdk14 the key values come first, from kernel's own bridge they come last.
            JsonNode provided = awaitJson(server, "component=ledger .*ledger close-books\"");
            JsonNode bare = awaitJson(server, "ledger close-books \\[component=ledger, ");
            JsonNode said = awaitJson(server, "slf4j has no provider");

            assertThat(provided.path("loglevel").asText()).isEqualTo("WARNING");
            assertThat(provided.path("module").asText()).isEqualTo("clerk");
            assertThat(provided.path("message").asText()).contains("year=1492", "page={\"a\"}");
            assertThat(bare.path("loglevel").asText()).isEqualTo("WARNING");
            assertThat(bare.path("module").asText()).isEqualTo("kernel");
            assertThat(bare.path("message").asText())
                    .isEqualTo("ledger close-books [component=ledger, operation=close-books, year=1492, page={\"a\"}]");
            assertThat(said.path("loglevel").asText()).isEqualTo("WARNING");
            assertThat(server.lines())
                    .filteredOn(line -> line.text().contains("slf4j has no provider"))
                    .as("said once, by the application that has none")
                    .hasSize(1);
        }
    }

    private static JsonNode awaitJson(JavaProcess server, String regex) throws JsonProcessingException {
        return JSON.readTree(server.awaitLine(regex, PATIENCE).text());
    }
}
