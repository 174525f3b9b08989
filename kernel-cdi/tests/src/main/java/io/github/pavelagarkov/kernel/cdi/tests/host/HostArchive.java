package io.github.pavelagarkov.kernel.cdi.tests.host;

import io.github.pavelagarkov.kernel.cdi.tests.rest.RestApplication;
import io.github.pavelagarkov.kernel.conformance.SuiteLog;
import io.github.pavelagarkov.kernel.conformance.rest.SuiteResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.shrinkwrap.api.exporter.ExplodedExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * The application of the suite as a web archive that is not packed, so that each start may have other settings.
 *
 * @param folder of the archive
 */
public record HostArchive(Path folder) {
    private static final String FILE = "host.war";

    /**
     * {@return the archive, with a REST application at {@code rest}; written anew}
     *
     * @param parent of its folder
     */
    public static HostArchive in(Path parent) {
        WebArchive archive = WebArchives.of(FILE, List.of(), HostApplication.class, HostGrpc.class, SuiteLog.class)
                .addPackage(RestApplication.class.getPackage())
                .addPackage(SuiteResource.class.getPackage());
        WebArchives.delete(parent.resolve(archive.getName()));
        try {
            Files.createDirectories(parent);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new HostArchive(archive.as(ExplodedExporter.class)
                .exportExploded(parent.toFile())
                .toPath());
    }

    /**
     * Writes the settings of the next start.
     *
     * @param values all that are in its file
     */
    public void configure(Map<String, String> values) {
        try {
            Files.writeString(
                    folder.resolve("WEB-INF/classes/META-INF/microprofile-config.properties"),
                    values.entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                            .collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
