package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPool;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import jakarta.enterprise.inject.spi.InjectionPoint;
import java.lang.annotation.Annotation;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** What the injection points of the application ask of the kernel. Not thread-safe: lives while the container starts. */
final class Wanted {
    /** How the kernel says that it does not have something of that name. */
    private static final Map<Class<?>, BiConsumer<Kernel, String>> NAMED = Map.of(
            Election.class, Kernel::requireElection,
            JobScheduler.class, Kernel::scheduler,
            PostgresPool.class, Kernel::postgres,
            DataSource.class, Kernel::postgres);

    private static final Map<Class<?>, Consumer<Kernel>> UNNAMED =
            Map.of(LeaderElector.class, Kernel::elector, DistributedLock.class, Kernel::locks);

    private final List<Request> requests = new ArrayList<>();

    /**
     * One injection point that asks for a part of the kernel.
     *
     * @param name empty if the type says it all
     * @param where for messages
     * @param check how the kernel says that it does not have it
     */
    private record Request(Class<?> type, String name, String where, Consumer<Kernel> check) {}

    void add(InjectionPoint point) {
        if (!(rawType(point.getType()) instanceof Class<?> type)) {
            return;
        }
        String where = String.valueOf(point.getMember());
        Optional.ofNullable(UNNAMED.get(type)).ifPresent(check -> requests.add(new Request(type, "", where, check)));
        for (Annotation qualifier : point.getQualifiers()) {
            if (qualifier instanceof KernelNamed named) {
                Optional.ofNullable(NAMED.get(type))
                        .ifPresent(check -> requests.add(new Request(
                                type, named.value(), where, kernel -> check.accept(kernel, named.value()))));
            }
        }
    }

    /** {@return the type, or that which an Instance or a Provider gives} */
    private static Type rawType(Type type) {
        return type instanceof ParameterizedType wrapped ? wrapped.getActualTypeArguments()[0] : type;
    }

    Set<String> names(Class<?> type) {
        return requests.stream()
                .filter(request -> request.type == type && !request.name.isEmpty())
                .map(Request::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Tells of every request that the kernel cannot serve. */
    void check(Kernel kernel, Consumer<Throwable> problems) {
        for (Request request : requests) {
            try {
                request.check.accept(kernel);
            } catch (IllegalArgumentException | IllegalStateException e) {
                problems.accept(
                        new IllegalArgumentException("injection point " + request.where + ": " + e.getMessage(), e));
            }
        }
    }
}
