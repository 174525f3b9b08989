package io.github.pavelagarkov.kernel.examples.jakarta;

import java.io.IOException;
import java.util.Map;
import java.util.Properties;

/** A server with the shop in it, as a process. */
interface ShopServer {
    /** {@return what people call it} */
    String name();

    /** {@return the port it takes in the demo} */
    int usualPort();

    /**
     * {@return the command, with its environment, that runs it in the foreground}
     *
     * @param port of HTTP
     */
    ProcessBuilder command(int port) throws IOException;

    /**
     * Gives the gRPC API a port.
     *
     * @param port of gRPC
     * @param environment of the command
     */
    static void serveGrpcAt(int port, Map<String, String> environment) {
        environment.put("KERNEL_GRPC_PORT", Integer.toString(port));
    }

    /** Puts settings of the kernel into an environment, as a platform would have it. */
    static void put(Properties settings, Map<String, String> environment) {
        settings.forEach((key, value) -> environment.put(
                ((String) key).toUpperCase(java.util.Locale.ROOT).replaceAll("[^A-Z0-9]", "_"), (String) value));
    }
}
