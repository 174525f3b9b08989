package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPool;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.inject.Provider;
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
    private boolean everyElection;

    /**
     * One injection point that asks for a part of the kernel.
     *
     * @param name empty if the type says it all
     * @param needed whether the application cannot do without it: an Instance may stay empty
     * @param where for messages
     * @param check how the kernel says that it does not have it
     */
    private record Request(Class<?> type, String name, boolean needed, String where, Consumer<Kernel> check) {}

    void add(InjectionPoint point) {
        Type type = point.getType();
        boolean needed = true;
        if (type instanceof ParameterizedType wrapped
                && (wrapped.getRawType() == Instance.class || wrapped.getRawType() == Provider.class)) {
            type = wrapped.getActualTypeArguments()[0];
            needed = wrapped.getRawType() == Provider.class;
        }
        if (type instanceof Class<?> asked) {
            add(asked, needed, point);
        }
    }

    private void add(Class<?> type, boolean needed, InjectionPoint point) {
        String where = String.valueOf(point.getMember());
        everyElection |= type == Election.class && !needed;
        for (Annotation qualifier : point.getQualifiers()) {
            if (qualifier instanceof KernelNamed named) {
                Optional.ofNullable(NAMED.get(type))
                        .ifPresent(check -> requests.add(new Request(
                                type, named.value(), needed, where, kernel -> check.accept(kernel, named.value()))));
            } else if (qualifier instanceof Default) {
                Optional.ofNullable(UNNAMED.get(type))
                        .ifPresent(check -> requests.add(new Request(type, "", needed, where, check)));
            }
        }
    }

    /** {@return whether an election is to be joined: somebody asks for it, or may do so at run time} */
    boolean joins(String election) {
        return everyElection || names(Election.class).contains(election);
    }

    Set<String> names(Class<?> type) {
        return requests.stream()
                .filter(request -> request.needed && request.type == type && !request.name.isEmpty())
                .map(Request::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Tells of every request that the kernel cannot serve. */
    void check(Kernel kernel, Consumer<Throwable> problems) {
        for (Request request : requests) {
            if (!request.needed) {
                continue;
            }
            try {
                request.check.accept(kernel);
            } catch (IllegalArgumentException | IllegalStateException e) {
                problems.accept(
                        new IllegalArgumentException("injection point " + request.where + ": " + e.getMessage(), e));
            }
        }
    }
}
