package io.github.pavelagarkov.kernel.examples.jakarta;

import java.nio.file.Path;
import java.util.Map;

/** A Helidon MP with the classes of the shop on its class path. */
final class HelidonServer implements ShopServer {
    @Override
    public String name() {
        return "Helidon MP";
    }

    @Override
    public int usualPort() {
        return 8080;
    }

    @Override
    public ProcessBuilder command(int port) {
        ProcessBuilder command = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.helidon.Main");
        Map<String, String> environment = command.environment();
        environment.put("SERVER_HOST", "127.0.0.1");
        environment.put("SERVER_PORT", Integer.toString(port));
        // Helidon answers while the kernel drains, so here the delay is worth its time.
        environment.put("KERNEL_SHUTDOWN_DRAIN_DELAY", "1s");
        return command;
    }
}
