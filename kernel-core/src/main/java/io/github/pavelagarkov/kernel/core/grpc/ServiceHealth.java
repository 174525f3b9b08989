package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells the clients of gRPC what the readiness barrier says, for the server and for each service. Thread-safe. */
final class ServiceHealth {
    private final HealthStatusManager manager = new HealthStatusManager();
    private final Object lock = new Object();
    private final List<String> services;
    private final Optional<ReadinessBarrier> readiness;
    private final Optional<Registration> following;

    ServiceHealth(List<String> names, Optional<ReadinessBarrier> readiness) {
        services = new ArrayList<>(names);
        services.add(HealthStatusManager.SERVICE_NAME_ALL_SERVICES);
        this.readiness = readiness;
        following = readiness.map(barrier -> barrier.addListener((before, now) -> tell()));
        tell();
    }

    BindableService service() {
        return manager.getHealthService();
    }

    /** The barrier is asked with the lock held: whoever comes last tells what is so now. */
    private void tell() {
        synchronized (lock) {
            boolean ready = readiness.map(ReadinessBarrier::isReady).orElse(true);
            ServingStatus status = ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
            services.forEach(service -> manager.setStatus(service, status));
        }
    }

    /** NOT_SERVING for ever. */
    void end() {
        following.ifPresent(Registration::remove);
        manager.enterTerminalState();
    }
}
