package io.github.pavelagarkov.kernel.examples.jakarta;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** An Open Liberty with the WAR. */
final class LibertyServer implements ShopServer {
    private static final String SERVER = "shop";

    @Override
    public String name() {
        return "Open Liberty";
    }

    @Override
    public int usualPort() {
        return 9080;
    }

    @Override
    public ProcessBuilder command(int port) throws IOException {
        Path home = Path.of(System.getProperty("liberty.home"));
        Path server = home.resolve("usr/servers").resolve(SERVER);
        Files.createDirectories(server.resolve("apps"));
        copy(Path.of(System.getProperty("liberty.settings")), server.resolve("server.xml"));
        copy(Path.of(System.getProperty("shop.war")), server.resolve("apps/shop.war"));
        ProcessBuilder command =
                new ProcessBuilder("sh", home.resolve("bin/server").toString(), "run", SERVER);
        command.environment().put("JAVA_HOME", System.getProperty("java.home"));
        command.environment().put("http_port", Integer.toString(port));
        return command;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
}
