package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Starts plain Java services, each in a JVM of its own. */
final class PlainHost implements TckHost {
    private static final Duration UP = Duration.ofMinutes(1);

    private final Class<?> main;

    PlainHost(Class<?> main) {
        this.main = main;
    }

    @Override
    public Running start(Settings settings) {
        JavaProcess.Builder process = JavaProcess.of(main)
                .jvmArgs("-XX:TieredStopAtLevel=1", "-Xshare:auto")
                .args(settings.behaviour().name(), file(settings.file()).toString());
        settings.environment().forEach(process::env);
        process.systemProperty("kernel.probes.port", "0").systemProperty("kernel.probes.address", "127.0.0.1");
        settings.systemProperties().forEach(process::systemProperty);
        return new PlainProcess(process.start());
    }

    private static Path file(Map<String, String> values) {
        try {
            Path file = Files.createTempFile("kernel-tck", ".properties");
            file.toFile().deleteOnExit();
            return Files.writeString(
                    file,
                    values.entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                            .collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A service that was started. */
    private record PlainProcess(JavaProcess process) implements Running {
        @Override
        public Optional<URI> http() {
            return Optional.empty();
        }

        @Override
        public Optional<URI> grpc() {
            return Optional.empty();
        }

        @Override
        public Optional<URI> readiness() {
            return Optional.of(probe("/ready"));
        }

        @Override
        public Optional<URI> liveness() {
            return Optional.of(probe("/live"));
        }

        private URI probe(String path) {
            String port =
                    process.awaitLine("^" + PlainHostMain.PROBES, UP).text().substring(PlainHostMain.PROBES.length());
            return URI.create("http://127.0.0.1:" + port + path);
        }

        @Override
        public List<String> lines() {
            return process.lines().stream().map(OutputLine::text).toList();
        }

        @Override
        public String awaitLine(String regex, Duration atMost) {
            return process.awaitLine(regex, atMost).text();
        }

        @Override
        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public void terminate() {
            process.signal("TERM");
        }

        @Override
        public Optional<Integer> awaitExit(Duration atMost) {
            return Optional.of(process.awaitExit(atMost));
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
