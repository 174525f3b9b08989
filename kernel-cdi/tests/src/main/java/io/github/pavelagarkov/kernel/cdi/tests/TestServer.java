package io.github.pavelagarkov.kernel.cdi.tests;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/** The server that a runner module starts: outside as system properties, inside as settings of the application. */
final class TestServer {
    /** Where the application finds its own server; none if it has no HTTP. */
    static final String URL = "runner.url";
    /** For the id of a column in the conformance report. */
    static final String ID = "runner.id";
    /** As people call it, with its version. */
    static final String NAME = "runner.name";

    private static final String LOG = "runner.log";
    private static final String LIBS = "runner.libs";
    private static final String SCRATCH = "runner.scratch";
    private static final String DRAINING = "runner.draining";
    private static final String ONE_ORDER = "runner.one-order";
    private static final String NAMING = "runner.naming";

    private TestServer() {}

    /** {@return what an application is told about its server; outside only} */
    static List<String> settings() {
        return List.of(URL, ID, NAME, NAMING, ONE_ORDER).stream()
                .flatMap(key -> outside(key).map(value -> key + "=" + value).stream())
                .toList();
    }

    /** {@return where the server answers; empty if it has no HTTP; outside only} */
    static Optional<String> url() {
        return outside(URL);
    }

    /** {@return the libraries of a web archive; outside only} */
    static List<File> libraries() {
        File[] jars = new File(outside(LIBS).orElse("none")).listFiles((folder, name) -> name.endsWith(".jar"));
        return jars == null ? List.of() : Arrays.stream(jars).sorted().toList();
    }

    /** {@return a file that applications and tests both reach, not there yet; outside only} */
    static Path scratch(String name) {
        Path folder = Path.of(outside(SCRATCH).orElseThrow());
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder.resolve(name);
    }

    /** {@return the file that the server writes its log to; empty if it logs in this JVM; outside only} */
    static Optional<Path> log() {
        return outside(LOG).map(Path::of);
    }

    /** {@return the status of {@code /health/ready} while an application is leaving, or none; outside only} */
    static String draining() {
        return outside(DRAINING).orElse("none");
    }

    /** {@return whether libraries and the application hear of start and end in one order of priorities; outside only} */
    static boolean hasOneOrder() {
        return isOneOrder(outside(ONE_ORDER));
    }

    /** {@return the same; inside only} */
    static boolean hasOneOrderInside() {
        return isOneOrder(inside(ONE_ORDER));
    }

    private static boolean isOneOrder(Optional<String> value) {
        return value.map(Boolean::parseBoolean).orElse(true);
    }

    private static Optional<String> outside(String key) {
        return Optional.ofNullable(System.getProperty(key)).filter(value -> !value.isBlank());
    }

    /** {@return a setting of the application; inside only} */
    static Optional<String> inside(String key) {
        return ConfigProvider.getConfig().getOptionalValue(key, String.class);
    }

    /** {@return whether it has a naming directory with Jakarta Concurrency; inside only} */
    static boolean hasNaming() {
        return inside(NAMING).map(Boolean::parseBoolean).orElse(false);
    }
}
