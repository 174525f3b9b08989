package io.github.pavelagarkov.kernel.examples.jakarta;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;

/** An Open Liberty with the shop in it, as a process. */
final class LibertyServer {
    private static final String NAME = "shop";

    private LibertyServer() {}

    /**
     * {@return the command, with its environment, that runs the server in the foreground}
     *
     * @param settings kernel's, which go into the environment as a platform would have it
     * @param port of HTTP
     */
    static ProcessBuilder command(Properties settings, int port) throws IOException {
        Path home = Path.of(System.getProperty("liberty.home"));
        Path server = home.resolve("usr/servers").resolve(NAME);
        Files.createDirectories(server.resolve("apps"));
        copy(Path.of(System.getProperty("liberty.settings")), server.resolve("server.xml"));
        copy(Path.of(System.getProperty("shop.war")), server.resolve("apps/shop.war"));
        ProcessBuilder command =
                new ProcessBuilder("sh", home.resolve("bin/server").toString(), "run", NAME);
        Map<String, String> environment = command.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("http_port", Integer.toString(port));
        settings.forEach((key, value) -> environment.put(variable((String) key), (String) value));
        return command;
    }

    private static String variable(String key) {
        return key.toUpperCase(java.util.Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
}
