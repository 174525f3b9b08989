package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.Review;
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
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** What the injection points of the application ask of the kernel. Not thread-safe: lives while the container starts. */
final class Wanted {
    /** How a review says that there will be nothing of that name. */
    private static final Map<Class<?>, BiFunction<Review, String, Optional<String>>> NAMED = Map.of(
            Election.class, Review::election,
            JobScheduler.class, Review::scheduler,
            PostgresPool.class, Review::postgres,
            DataSource.class, Review::postgres,
            ClickHousePool.class, Review::clickHouse);

    /** How the kernel says that it does not have something. */
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
     */
    private record Request(Class<?> type, String name, boolean needed, String where) {
        Problem problem(String source, String allowed) {
            return new Problem("injection point " + where, name, source, allowed);
        }
    }

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
            if (qualifier instanceof KernelNamed named && NAMED.containsKey(type)) {
                requests.add(new Request(type, named.value(), needed, where));
            } else if (qualifier instanceof Default && UNNAMED.containsKey(type)) {
                requests.add(new Request(type, "", needed, where));
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

    /** {@return every request by a name that nothing will have} */
    List<Problem> problems(Review review) {
        List<Problem> problems = new ArrayList<>();
        for (Request request : requests) {
            if (request.needed && !request.name.isEmpty()) {
                Optional.ofNullable(NAMED.get(request.type))
                        .flatMap(why -> why.apply(review, request.name))
                        .ifPresent(why -> problems.add(request.problem("@KernelNamed", why)));
            }
        }
        return problems;
    }

    /** {@return every request without a name that a kernel cannot serve} */
    List<Problem> problems(Kernel kernel) {
        List<Problem> problems = new ArrayList<>();
        for (Request request : requests) {
            if (request.needed && request.name.isEmpty()) {
                try {
                    Optional.ofNullable(UNNAMED.get(request.type)).ifPresent(part -> part.accept(kernel));
                } catch (IllegalStateException e) {
                    problems.add(request.problem("@Inject", String.valueOf(e.getMessage())));
                }
            }
        }
        return problems;
    }
}
