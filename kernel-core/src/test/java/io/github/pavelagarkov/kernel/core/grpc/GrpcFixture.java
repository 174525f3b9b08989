package io.github.pavelagarkov.kernel.core.grpc;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;

/** A server on a port of its own, a real client of it, and the lines that it has written. */
final class GrpcFixture implements AutoCloseable {
    static final Metadata.Key<String> ID = Metadata.Key.of("x-correlation-id", Metadata.ASCII_STRING_MARSHALLER);

    private final Logger logger = (Logger) LoggerFactory.getLogger("kernel.grpc");
    private final Lines lines = new Lines();
    private final List<ManagedChannel> channels = new ArrayList<>();
    final GrpcServer server;
    final ManagedChannel channel;

    GrpcFixture(GrpcServerBuilder builder) {
        lines.start();
        logger.setLevel(Level.DEBUG);
        logger.addAppender(lines);
        server = builder.open();
        channel = open(options -> options);
    }

    static GrpcFixture serving(EchoService service) {
        return new GrpcFixture(GrpcServer.builder().service(service));
    }

    /** A line with the id that was in the log context of the thread that wrote it. */
    record Line(String level, String text, Map<String, String> mdc, Optional<Throwable> thrown) {}

    private static final class Lines extends AppenderBase<ILoggingEvent> {
        final List<Line> written = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            Optional<Throwable> thrown = event.getThrowableProxy() instanceof ThrowableProxy proxy
                    ? Optional.of(proxy.getThrowable())
                    : Optional.empty();
            written.add(new Line(
                    event.getLevel().toString(),
                    event.getFormattedMessage(),
                    Map.copyOf(event.getMDCPropertyMap()),
                    thrown));
        }
    }

    void level(Level level) {
        logger.setLevel(level);
    }

    List<Line> lines() {
        return lines.written;
    }

    List<String> texts() {
        return lines().stream().map(line -> line.level() + " " + line.text()).toList();
    }

    ManagedChannel open(UnaryOperator<NettyChannelBuilder> options) {
        ManagedChannel opened = options.apply(NettyChannelBuilder.forAddress("127.0.0.1", server.port())
                        .usePlaintext()
                        .maxInboundMessageSize(1 << 30))
                .build();
        channels.add(opened);
        return opened;
    }

    /** On a thread of its own: from JDK 25 on, the common pool of a small machine runs one task after the other. */
    static <T> CompletableFuture<T> async(Supplier<T> call) {
        return CompletableFuture.supplyAsync(call, task -> new Thread(task).start());
    }

    StringValue unary(String text) {
        return unary(channel, text, CallOptions.DEFAULT);
    }

    static StringValue unary(Channel channel, String text, CallOptions options) {
        return ClientCalls.blockingUnaryCall(channel, EchoService.UNARY, options, EchoService.text(text));
    }

    StatusRuntimeException refusal(String text) {
        return catchThrowableOfType(StatusRuntimeException.class, () -> unary(text));
    }

    Channel with(Metadata headers) {
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    Channel with(ClientInterceptor... interceptors) {
        return ClientInterceptors.intercept(channel, interceptors);
    }

    static Metadata headers(String name, String value) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
        return headers;
    }

    @Override
    public void close() throws InterruptedException {
        for (ManagedChannel opened : channels) {
            opened.shutdownNow();
            opened.awaitTermination(10, TimeUnit.SECONDS);
        }
        server.close(Duration.ofSeconds(5));
        logger.detachAppender(lines);
    }

    /** {@return what came with a refusal} */
    static Metadata trailers(StatusRuntimeException refusal) {
        return Objects.requireNonNull(refusal.getTrailers(), "trailers");
    }
}
