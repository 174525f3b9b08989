package io.github.pavelagarkov.kernel.cdi.tests.host;

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
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Web archives with kernel and the libraries of its backends inside, for a server that the tests start themselves. */
public final class WebArchives {
    /** The system property with the folder of the libraries. */
    private static final String LIBRARIES = "application.libs";

    /** Without it Logback stops with the servlet context, which in Payara is before the application is told of its end. */
    private static final String WEB_XML = """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
              <context-param>
                <param-name>logbackDisableServletContainerInitializer</param-name>
                <param-value>true</param-value>
              </context-param>
            </web-app>
            """;

    private WebArchives() {}

    /**
     * {@return an archive}
     *
     * @param file its name
     * @param settings lines of its microprofile-config.properties
     * @param beans its classes
     */
    public static WebArchive of(String file, List<String> settings, Class<?>... beans) {
        return ShrinkWrap.create(WebArchive.class, file)
                .addClasses(beans)
                .addAsWebInfResource(
                        new StringAsset("<beans xmlns=\"https://jakarta.ee/xml/ns/jakartaee\" version=\"4.0\""
                                + " bean-discovery-mode=\"annotated\"/>"),
                        "beans.xml")
                .addAsResource(
                        new StringAsset(String.join("\n", settings) + "\n"), "META-INF/microprofile-config.properties")
                .addAsResource("logback-of-application.xml", "logback.xml")
                .setWebXML(new StringAsset(WEB_XML))
                .addAsLibraries(libraries());
    }

    private static File[] libraries() {
        String folder = System.getProperty(LIBRARIES, "");
        File[] jars = new File(folder).listFiles((parent, name) -> name.endsWith(".jar"));
        if (jars == null) {
            throw new IllegalStateException("no libraries in '" + folder + "', which " + LIBRARIES + " names");
        }
        Arrays.sort(jars);
        return jars;
    }

    /**
     * {@return the library whose name begins so}
     *
     * @param name without its version
     */
    public static File library(String name) {
        return Arrays.stream(libraries())
                .filter(jar -> jar.getName().startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Deletes a folder with all that is in it, if it is there.
     *
     * @param folder not a link
     */
    public static void delete(Path folder) {
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
