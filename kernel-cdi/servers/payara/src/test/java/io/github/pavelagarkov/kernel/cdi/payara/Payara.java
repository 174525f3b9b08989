package io.github.pavelagarkov.kernel.cdi.payara;

import io.github.pavelagarkov.kernel.cdi.tests.host.WebArchives;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A domain of Payara Server that its module has prepared. Nothing of one start is left at the next but the cache of OSGi
 * bundles, which makes it faster.
 *
 * @param domain folder of the domain
 */
record Payara(Path domain) {
    private static final String MAIN = "com.sun.enterprise.glassfish.bootstrap.ASMain";
    private static final String PORT = "port=\"%d\" protocol=\"http-listener-1\"";
    private static final String DEPLOY = "deploy --contextroot=%s %s";

    /** {@return the domain that the build has prepared} */
    static Payara prepared() {
        return new Payara(Path.of(System.getProperty("payara.host-domain")));
    }

    /** Forgets the application and the settings of the start before, whose process may have been killed. */
    private void clear() {
        List.of("applications", "generated", "logs").forEach(folder -> WebArchives.delete(domain.resolve(folder)));
    }

    /**
     * Says what the next start has: a port for HTTP on the loopback interface, which is not any port, as for the others, because
     * it does not say which it took; how it logs; and the applications.
     *
     * @param logging lines of its logging.properties, instead of those with the same key
     * @param applications archives, packed or not, by their context roots
     * @return the port
     */
    int configure(List<String> logging, Map<String, Path> applications) {
        clear();
        Path configuration = domain.resolve("config");
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String any = PORT.formatted(0);
            String prepared = Files.readString(configuration.resolve("domain-as-prepared.xml"));
            if (!prepared.contains(any)) {
                throw new IllegalStateException("domain-as-prepared.xml must contain " + any);
            }
            Files.writeString(
                    configuration.resolve("domain.xml"), prepared.replace(any, PORT.formatted(free.getLocalPort())));
            Files.writeString(
                    configuration.resolve("logging.properties"),
                    Files.readString(configuration.resolve("logging-as-prepared.properties"))
                            + "\n"
                            + String.join("\n", logging));
            Files.write(
                    domain.resolve("deploy.txt"),
                    applications.entrySet().stream()
                            .map(application -> DEPLOY.formatted(application.getKey(), application.getValue()))
                            .toList());
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the description of its process: as the official image does, the command that asadmin would run} */
    JavaProcess.Builder process() {
        List<String> command = command();
        int classPath = command.indexOf("-cp") + 1;
        int main = command.indexOf(MAIN);
        return JavaProcess.ofMain(command.get(classPath), MAIN)
                .jvmArgs(command.subList(classPath + 1, main).toArray(String[]::new))
                .jvmArgs("-XX:TieredStopAtLevel=1", "-Xshare:auto")
                .args(command.subList(main + 1, command.size()).toArray(String[]::new));
    }

    /** {@return what {@code asadmin start-domain --dry-run} said, from the path of the JVM on} */
    private static List<String> command() {
        try {
            return Files.readAllLines(Path.of(System.getProperty("payara.command"))).stream()
                    .dropWhile(line -> !line.endsWith("java"))
                    .takeWhile(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
