package io.github.pavelagarkov.kernel.core.grpc;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.pavelagarkov.kernel.core.ConfigSource;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import org.slf4j.LoggerFactory;

/** A service in a JVM of its own that serves gRPC. Each of its calls takes a moment. */
final class GrpcMain {
    static final String PORT = "grpc at ";

    private GrpcMain() {}

    public static void main(String[] args) {
        ((Logger) LoggerFactory.getLogger("ROOT")).setLevel(Level.WARN);
        ((Logger) LoggerFactory.getLogger("kernel")).setLevel(Level.INFO);
        GrpcServing serving = GrpcServing.of(EchoService.echo());
        Kernel.builder()
                .config(KernelConfig.read(ConfigSource.systemProperties()))
                .onStart("grpc", serving)
                .onStart(
                        "says",
                        kernel -> System.out.println(PORT + serving.server().port()))
                .build()
                .run();
    }
}
