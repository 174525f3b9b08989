package io.github.pavelagarkov.kernel.cdi.liberty;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.exporter.ExplodedExporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Web archives with kernel and the libraries of its backends inside. */
final class WebArchives {
    private static final String LOG = """
            org.slf4j.simpleLogger.logFile=System.out
            org.slf4j.simpleLogger.showShortLogName=true
            """;

    private WebArchives() {}

    /**
     * {@return an archive}
     *
     * @param file its name
     * @param settings lines of its microprofile-config.properties
     * @param beans its classes
     */
    static WebArchive of(String file, List<String> settings, Class<?>... beans) {
        return ShrinkWrap.create(WebArchive.class, file)
                .addClasses(beans)
                .addAsWebInfResource(
                        new StringAsset("<beans xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"4.0\""
                                + " bean-discovery-mode=\"annotated\"/>"),
                        "beans.xml")
                .addAsResource(
                        new StringAsset(String.join("\n", settings) + "\n"), "META-INF/microprofile-config.properties")
                // Not java.util.logging: on SIGTERM the JDK takes its handlers away at once.
                .addAsResource(new StringAsset(LOG), "simplelogger.properties")
                .addAsLibraries(libraries());
    }

    private static File[] libraries() {
        File[] jars = new File(System.getProperty("liberty.libs")).listFiles((folder, name) -> name.endsWith(".jar"));
        if (jars == null) {
            throw new IllegalStateException("no libraries in " + System.getProperty("liberty.libs"));
        }
        Arrays.sort(jars);
        return jars;
    }

    /** {@return the library whose name begins so} */
    static File library(String name) {
        return Arrays.stream(libraries())
                .filter(jar -> jar.getName().startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    /** {@return the folder of an archive that is not packed} */
    static Path explode(String file, Path parent, Class<?>... beans) {
        delete(parent.resolve(file));
        parent.toFile().mkdirs();
        return of(file, List.of(), beans)
                .as(ExplodedExporter.class)
                .exportExploded(parent.toFile())
                .toPath();
    }

    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
