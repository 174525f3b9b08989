package io.github.pavelagarkov.kernel.cdi.tests.host;

import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.grpc.GrpcCorrelation;
import io.github.pavelagarkov.kernel.core.grpc.GrpcServing;
import io.github.pavelagarkov.kernel.tck.grpc.TckCalls;
import org.eclipse.microprofile.config.ConfigProvider;

/** The gRPC service of the suite; loaded only by an application that is to serve it, for others have no grpc-java. */
final class HostGrpc {
    private HostGrpc() {}

    static boolean isWanted() {
        return ConfigProvider.getConfig()
                .getOptionalValue("kernel.grpc.port", String.class)
                .isPresent();
    }

    static void serve(KernelBuilder builder) {
        // Not the log context: the logger of a host may have none.
        GrpcServing serving =
                GrpcServing.of(TckCalls.of(() -> GrpcCorrelation.current().orElse("")));
        builder.onStart("grpc", serving)
                .onStart(
                        "grpc-port",
                        kernel -> System.out.println(
                                TckCalls.PORT + serving.server().port()));
    }
}
