package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Workers;
import io.github.pavelagarkov.kernel.core.log.CallLog;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Puts one server together and opens it. */
final class GrpcAssembly {
    private static final Duration AT_ONCE = Duration.ofMillis(100);
    private static final int CHANNELZ_PAGE = 100;

    private final GrpcSettings settings;
    private final GrpcServerBuilder parts;
    private final EventLoops loops;
    private final Workers workers;
    private final OpenCalls calls = new OpenCalls();

    GrpcAssembly(GrpcServerBuilder parts) {
        this.parts = parts;
        settings = parts.settings;
        loops = new EventLoops(parts.threads);
        workers = Workers.of(parts.threads, "kernel-grpc");
    }

    GrpcServer open() {
        Optional<ServiceHealth> health = Optional.empty();
        try {
            NettyServerBuilder builder = NettyServerBuilder.forAddress(address());
            settings.tls().ifPresent(files -> builder.sslContext(ServerTls.context(files)));
            loops.drive(builder);
            builder.executor(workers);
            connections(builder);
            health = addServices(builder);
            addInterceptors(builder);
            parts.customizers.forEach(more -> more.accept(builder));
            Server server = start(builder.build());
            return new GrpcServer(parts.clock, server, calls, health, loops, workers, settings.address());
        } catch (RuntimeException | Error e) {
            health.ifPresent(ServiceHealth::end);
            loops.stop(AT_ONCE);
            workers.stop();
            throw e;
        }
    }

    private InetSocketAddress address() {
        try {
            return new InetSocketAddress(InetAddress.getByName(settings.address()), settings.port());
        } catch (UnknownHostException e) {
            throw new KernelException(
                    "the address of the gRPC server must be one of this machine, was " + settings.address(), e);
        }
    }

    private void connections(NettyServerBuilder builder) {
        GrpcConnections lives = settings.connections();
        builder.maxInboundMessageSize(settings.limits().maxRequestSize())
                .maxInboundMetadataSize(settings.limits().maxMetadataSize())
                .keepAliveTime(lives.keepAliveTime().toNanos(), TimeUnit.NANOSECONDS)
                .keepAliveTimeout(lives.keepAliveTimeout().toNanos(), TimeUnit.NANOSECONDS);
        lives.maxAge().ifPresent(age -> builder.maxConnectionAge(age.toNanos(), TimeUnit.NANOSECONDS));
        lives.maxAgeGrace().ifPresent(grace -> builder.maxConnectionAgeGrace(grace.toNanos(), TimeUnit.NANOSECONDS));
        lives.maxIdle().ifPresent(idle -> builder.maxConnectionIdle(idle.toNanos(), TimeUnit.NANOSECONDS));
    }

    private Optional<ServiceHealth> addServices(NettyServerBuilder builder) {
        List<String> names = new ArrayList<>();
        for (ServerServiceDefinition service : parts.services) {
            names.add(service.getServiceDescriptor().getName());
            add(builder, ServerInterceptors.interceptForward(service, parts.interceptors));
        }
        if (settings.reflection()) {
            add(builder, ProtoReflectionServiceV1.newInstance().bindService());
        }
        if (settings.channelz()) {
            add(builder, ChannelzService.newInstance(CHANNELZ_PAGE).bindService());
        }
        if (!settings.health()) {
            return Optional.empty();
        }
        ServiceHealth health = new ServiceHealth(names, parts.readiness);
        add(builder, health.service().bindService());
        return Optional.of(health);
    }

    private void add(NettyServerBuilder builder, ServerServiceDefinition service) {
        ResponseLimit limit = new ResponseLimit(settings.limits().maxResponseSize());
        builder.addService(MarshalledService.of(service, limit));
    }

    private void addInterceptors(NettyServerBuilder builder) {
        // gRPC calls the last one added first.
        List<ServerInterceptor> outermostFirst = interceptors();
        Collections.reverse(outermostFirst);
        outermostFirst.forEach(builder::intercept);
    }

    private List<ServerInterceptor> interceptors() {
        CallLog log = CallLog.named("kernel.grpc", "grpc");
        List<ServerInterceptor> outermostFirst = new ArrayList<>();
        outermostFirst.add(calls);
        outermostFirst.add(new Correlation());
        outermostFirst.add(new AccessLines(log, parts.clock));
        outermostFirst.add(new FailureAnswers(log));
        settings.limits()
                .callTimeout()
                .ifPresent(most -> outermostFirst.add(new CallTimeout(most, loops.timer(), workers)));
        return outermostFirst;
    }

    private Server start(Server server) {
        try {
            return server.start();
        } catch (IOException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new KernelException(
                    "the gRPC server cannot listen on port " + settings.port() + " of " + settings.address() + ": "
                            + reason.getMessage() + "; give it another port, 0 takes a free one",
                    e);
        }
    }
}
