package io.github.pavelagarkov.kernel.core.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** SD-12: under load, a SIGTERM with a drain delay fails no call. */
final class GrpcSignalTest {
    private static final Duration UP = Duration.ofMinutes(2);
    private static final int CLIENTS = 8;
    private static final int LATE = 50;

    @Test
    void aSigtermUnderLoadFailsNoCallOfClientsThatLookAtItsHealth() throws Exception {
        try (JavaProcess service = JavaProcess.of(GrpcMain.class)
                .systemProperty("kernel.grpc.port", "0")
                .systemProperty("kernel.grpc.address", "127.0.0.1")
                .systemProperty("kernel.shutdown.drain-delay", "10s")
                .start()) {
            String line = service.awaitLine("^" + GrpcMain.PORT + "\\d+$", UP).text();
            service.awaitLine("terminationGracePeriodSeconds", UP);
            int port = Integer.parseInt(line.substring(GrpcMain.PORT.length()));
            Load load = new Load(port);
            load.start();
            load.awaitAnswers(500);

            service.signal("TERM");
            load.join();

            assertThat(service.awaitExit(UP)).isEqualTo(143);
            assertThat(load.failures).as("of %s calls", load.answered).isEmpty();
            assertThat(load.answered.get()).isGreaterThan(500);
            assertThat(service.lines()).noneMatch(said -> said.text().contains("FAILED"));
        }
    }

    /** Clients that call without a pause until they are told that the service does not want to be called. */
    private static final class Load {
        final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        final AtomicLong answered = new AtomicLong();
        private final CountDownLatch notServing = new CountDownLatch(1);
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final List<Future<?>> clients = new ArrayList<>();
        private final int port;
        private final ManagedChannel watcher;

        Load(int port) {
            this.port = port;
            watcher = channel();
        }

        void start() {
            HealthGrpc.newStub(watcher).watch(HealthCheckRequest.getDefaultInstance(), new StreamObserver<>() {
                @Override
                public void onNext(HealthCheckResponse value) {
                    if (value.getStatus() == ServingStatus.NOT_SERVING) {
                        notServing.countDown();
                    }
                }

                @Override
                public void onError(Throwable e) {
                    notServing.countDown();
                }

                @Override
                public void onCompleted() {}
            });
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(threads.submit(this::call));
            }
        }

        private ManagedChannel channel() {
            return NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .build();
        }

        private void call() {
            ManagedChannel channel = channel();
            try {
                // A little longer than it is told, as a load balancer would that looks now and then.
                for (int late = 0; late < LATE; late += notServing.getCount() == 0 ? 1 : 0) {
                    GrpcFixture.unary(channel, "x", CallOptions.DEFAULT);
                    answered.incrementAndGet();
                }
            } catch (StatusRuntimeException e) {
                failures.add(e.toString());
            } finally {
                channel.shutdown();
            }
        }

        void awaitAnswers(long count) {
            await().atMost(UP).until(() -> answered.get() > count || !failures.isEmpty());
        }

        void join() throws Exception {
            for (Future<?> client : clients) {
                client.get(2, TimeUnit.MINUTES);
            }
            threads.shutdown();
            watcher.shutdownNow();
        }
    }
}
