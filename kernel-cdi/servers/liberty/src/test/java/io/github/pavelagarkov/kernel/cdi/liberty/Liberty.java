package io.github.pavelagarkov.kernel.cdi.liberty;

import io.github.pavelagarkov.kernel.cdi.tests.host.WebArchives;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A server of Open Liberty with a configuration of its own. What the server keeps between starts stays, so the second start
 * is faster than the first.
 *
 * @param name of the server
 * @param folder of the server
 */
record Liberty(String name, Path folder) {
    private static final Duration UP = Duration.ofMinutes(2);
    private static final Path USER = Path.of(System.getProperty("runner.scratch"), "liberty");
    private static final Pattern LISTENS = Pattern.compile("CWWKO0219I: .*defaultHttpEndpoint .* (?:port|Port) (\\d+)");

    /**
     * {@return a server that is configured and not started}
     *
     * @param name of the server
     * @param features beyond those that every server here has
     * @param more elements of its server.xml
     */
    static Liberty configured(String name, List<String> features, String more) {
        Path folder = USER.resolve("servers").resolve(name);
        write(folder.resolve("server.xml"), """
                <server>
                  <featureManager>
                    <feature>cdi-4.0</feature>
                    <feature>mpConfig-3.1</feature>
                    <feature>mpHealth-4.0</feature>
                    <feature>concurrent-3.0</feature>
                    <feature>jndi-1.0</feature>
                    <!-- Logback in an application looks for it. -->
                    <feature>servlet-6.0</feature>
                    %s
                  </featureManager>
                  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="0" httpsPort="-1"/>
                  <logging consoleLogLevel="INFO"/>
                  <applicationManager stopTimeout="60s"/>
                  %s
                </server>
                """.formatted(
                        features.stream()
                                .map(feature -> "<feature>" + feature + "</feature>")
                                .collect(Collectors.joining()),
                        more));
        return new Liberty(name, folder);
    }

    /** Forgets what it kept of applications of another run: it knows nested archives by their times alone. */
    void clear() {
        WebArchives.delete(folder.resolve("workarea"));
        WebArchives.delete(folder.resolve("dropins"));
        folder.resolve("dropins").toFile().mkdirs();
    }

    /** {@return the description of its process} */
    JavaProcess.Builder process() {
        Path home = Path.of(System.getProperty("liberty.home"));
        Path tools = home.resolve("bin/tools");
        // As the script "server" does, which would be in the way of signals.
        String options = Runtime.version().feature() >= 24 ? "java24.options" : "java9.options";
        return JavaProcess.ofJar(tools.resolve("ws-server.jar"))
                .jvmArgs("@" + home.resolve("lib/platform/java").resolve(options))
                .jvmArgs("-javaagent:" + tools.resolve("ws-javaagent.jar"))
                .jvmArgs("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx512m")
                .env("WLP_USER_DIR", USER.toString())
                .args(name);
    }

    /** {@return an address at the port that it listens on; waits for that} */
    static URI at(JavaProcess process, String path) {
        String line = process.awaitLine(LISTENS.pattern(), UP).text();
        Matcher port = LISTENS.matcher(line);
        if (!port.find()) {
            throw new IllegalStateException("cannot happen: the line was found by this pattern");
        }
        return URI.create("http://127.0.0.1:" + port.group(1) + path);
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
