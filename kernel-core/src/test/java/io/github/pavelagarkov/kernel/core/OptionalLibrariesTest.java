package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service in a JVM of its own that has none of the libraries which kernel can do without. */
final class OptionalLibrariesTest {
    private static final String CORE = "io\\.github\\.pavelagarkov\\.kernel\\.core\\.";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path temp;

    @Test
    void runsWithoutAnyOfThem() throws IOException {
        try (JavaProcess service = service(
                "opentelemetry-",
                "redisson-",
                "netty-",
                "postgresql-",
                "clickhouse-",
                "HikariCP-",
                "jakarta.ws.rs-api-",
                "jakarta.servlet-api-",
                "cron-utils-",
                "grpc-")) {
            assertThat(service.awaitExit(PATIENCE)).isZero();

            assertThat(said(service)).containsExactly("ran in a term true", "has []", "jobs 1", "clean true");
            assertThat(telemetryLoaded()).as("classes of telemetry").isEmpty();
        }
    }

    @Test
    void loadsNothingOfOpenTelemetryWhereItIsThereAndNobodyWantsIt() throws IOException {
        try (JavaProcess service = service()) {
            assertThat(service.awaitExit(PATIENCE)).isZero();

            assertThat(said(service))
                    .contains("clean true")
                    .anyMatch(line -> line.startsWith("has [io.opentelemetry.api.OpenTelemetry, "));
            assertThat(telemetryLoaded()).isEmpty();
        }
    }

    private JavaProcess service(String... without) {
        return JavaProcess.of(BareMain.class)
                .without(without)
                .jvmArgs("-Xlog:class+load:file=" + loaded())
                .start();
    }

    private Path loaded() {
        return temp.resolve("loaded.txt");
    }

    private static List<String> said(JavaProcess service) {
        return service.lines().stream()
                .map(OutputLine::text)
                .filter(line -> line.matches("(ran|has|jobs|clean) .*"))
                .toList();
    }

    private List<String> telemetryLoaded() throws IOException {
        return Files.readAllLines(loaded()).stream()
                .filter(line -> line.matches(".* (io\\.opentelemetry|" + CORE + "telemetry|" + CORE
                        + "internal\\.metrics\\.MeterBoard)\\b.*"))
                .toList();
    }
}
