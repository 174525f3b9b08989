package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.process.HostProcess;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Starts plain Java services, each in a JVM of its own. */
final class PlainHost implements TckHost {
    private final Class<?> main;
    private final Optional<Function<JavaProcess, URI>> http;

    PlainHost(Class<?> main) {
        this(main, Optional.empty());
    }

    private PlainHost(Class<?> main, Optional<Function<JavaProcess, URI>> http) {
        this.main = main;
        this.http = http;
    }

    /** {@return starts services that say a port of HTTP} */
    static PlainHost withHttp(Class<?> main) {
        return new PlainHost(main, Optional.of(HostProcess.at(HttpHostMain.HTTP, "")));
    }

    @Override
    public Running start(Settings settings) {
        JavaProcess.Builder process = JavaProcess.of(main)
                .jvmArgs("-XX:TieredStopAtLevel=1", "-Xshare:auto")
                .args(settings.behaviour().name(), file(settings.file()).toString());
        settings.environment().forEach(process::env);
        process.systemProperty("kernel.probes.port", "0").systemProperty("kernel.probes.address", "127.0.0.1");
        settings.systemProperties().forEach(process::systemProperty);
        return new HostProcess(
                process.start(),
                HostProcess.at(PlainHostMain.PROBES, "/ready"),
                HostProcess.at(PlainHostMain.PROBES, "/live"),
                http);
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
}
