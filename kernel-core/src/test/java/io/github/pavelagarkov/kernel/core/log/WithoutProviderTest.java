package io.github.pavelagarkov.kernel.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LG-4 in JVMs of their own: slf4j looks for its provider once. */
class WithoutProviderTest {
    private static final String NO_PROVIDER = "slf4j has no provider";

    private static List<String> linesOf(JavaProcess.Builder service) {
        try (JavaProcess process = service.jvmArgs("-XX:TieredStopAtLevel=1").start()) {
            assertThat(process.awaitExit(Duration.ofMinutes(1))).isZero();
            return process.lines().stream().map(OutputLine::text).toList();
        }
    }

    @Test
    void oneLineSaysSoAndTheOthersGoToTheSystemLogger() {
        List<String> lines = linesOf(JavaProcess.of(WithoutProviderMain.class).without("logback-"));

        assertThat(lines).filteredOn(line -> line.contains(NO_PROVIDER)).hasSize(1);
        assertThat(lines)
                .anyMatch(line -> line.startsWith("INFO: ") && line.contains("terminationGracePeriodSeconds"))
                .contains("WARNING: ledger open failed [component=ledger, operation=open, page={}, {0}]")
                .contains("java.lang.IllegalStateException: the ledger is gone")
                .noneMatch(line -> line.startsWith("FINE"));
    }

    @Test
    void withAProviderNothingIsSaid() {
        List<String> lines = linesOf(JavaProcess.of(WithoutProviderMain.class));

        assertThat(lines)
                .anyMatch(line -> line.contains("ledger open failed"))
                .noneMatch(line -> line.contains(NO_PROVIDER));
    }

    @Test
    void aProviderOfSilenceIsAProvider(@TempDir Path folder) throws IOException {
        provider(folder);

        List<String> lines = linesOf(
                JavaProcess.of(WithoutProviderMain.class).without("logback-").classPath(folder));

        assertThat(lines).noneMatch(line -> line.contains("ledger") || line.contains(NO_PROVIDER));
    }

    /** Does what slf4j-nop does, by its name; on the class path of all tests it would be one provider too many. */
    private static void provider(Path folder) throws IOException {
        Path source = Files.writeString(
                Files.createDirectories(folder.resolve("org/slf4j/nop")).resolve("NOPServiceProvider.java"), """
                package org.slf4j.nop;
                public class NOPServiceProvider extends org.slf4j.helpers.NOP_FallbackServiceProvider {}
                """);
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                source.toString()))
                .isZero();
        Files.writeString(
                Files.createDirectories(folder.resolve("META-INF/services"))
                        .resolve("org.slf4j.spi.SLF4JServiceProvider"),
                "org.slf4j.nop.NOPServiceProvider");
    }
}
