package io.github.pavelagarkov.kernel.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** gRPC services that are beans. */
class GrpcBeansTest {
    /** What protoc makes has a final method, so it has no proxy. */
    @Dependent
    static class Empty implements BindableService {
        @Inject
        ReadinessBarrier readiness;

        @Override
        public final ServerServiceDefinition bindService() {
            return ServerServiceDefinition.builder("kernel.test." + readiness.isReady())
                    .build();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static ServingStatus health(int port, String service) {
        ManagedChannel channel = ManagedChannelBuilder.forAddress("localhost", port)
                .usePlaintext()
                .build();
        try {
            return HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.newBuilder().setService(service).build())
                    .getStatus();
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void areServedWithTheirInjectedParts() throws IOException {
        int port = freePort();
        try (TestContainer container =
                TestContainer.start(Map.of("kernel.grpc.port", Integer.toString(port)), Empty.class)) {
            assertThat(container.get(ReadinessBarrier.class).isReady()).isTrue();
            // It was made before the kernel was ready, with the barrier of the kernel.
            assertThat(health(port, "kernel.test.false")).isEqualTo(ServingStatus.SERVING);
        }
        assertThatThrownBy(() -> health(port, "")).hasMessageContaining("UNAVAILABLE");
    }

    @Test
    void areLeftAloneWithoutAPort() {
        try (TestContainer container = TestContainer.start(Map.of(), Empty.class)) {
            assertThat(container.get(ReadinessBarrier.class).isReady()).isTrue();
        }
    }
}
