package io.github.pavelagarkov.kernel.cdi.tests.host;

import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.process.HostProcess;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Starts Helidon MP services, each in a JVM of its own. */
public final class HelidonHost implements TckHost {
    private static final Duration UP = Duration.ofMinutes(1);
    private static final Pattern BOUND = Pattern.compile("(http://127\\.0\\.0\\.1:\\d+) bound for socket");

    /** For a provider of the suite. */
    public HelidonHost() {}

    @Override
    public Running start(Settings settings) {
        JavaProcess.Builder process = JavaProcess.of(HostMain.class)
                .jvmArgs("-XX:TieredStopAtLevel=1", "-Xshare:auto")
                .systemProperty("mp.initializer.allow", "true")
                .systemProperty("mp.initializer.no-warn", "true")
                .systemProperty("server.host", "127.0.0.1")
                .systemProperty("server.port", "0")
                .args(settings.behaviour().name(), folder(settings.file()).toString());
        settings.environment().forEach(process::env);
        settings.systemProperties().forEach(process::systemProperty);
        return new HostProcess(process.start(), at("/health/ready"), at("/health/live"), Optional.of(at("/rest")));
    }

    private static Function<JavaProcess, URI> at(String path) {
        return process -> {
            Matcher bound = BOUND.matcher(process.awaitLine(BOUND.pattern(), UP).text());
            if (!bound.find()) {
                throw new IllegalStateException("cannot happen: the line was found by this pattern");
            }
            return URI.create(bound.group(1) + path);
        };
    }

    /** {@return a folder for the class path, with the file that MicroProfile Config looks for} */
    private static Path folder(Map<String, String> values) {
        try {
            Path folder = Files.createTempDirectory("kernel-tck");
            Path inside = Files.createDirectory(folder.resolve("META-INF"));
            Path file = inside.resolve("microprofile-config.properties");
            // In the opposite order of their deletion.
            folder.toFile().deleteOnExit();
            inside.toFile().deleteOnExit();
            file.toFile().deleteOnExit();
            Files.writeString(
                    file,
                    values.entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue())
                            .collect(Collectors.joining("\n")));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
