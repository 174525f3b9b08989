package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Beans of the application that take the place of parts of the kernel. Not thread-safe: lives while the container starts. */
final class OwnParts {
    /** Of each of these there is one. */
    private static final List<Place<?>> SINGLE = List.of(
            new Place<>(LeaseStore.class, KernelBuilder::leaseStore),
            new Place<>(LeaderElector.class, KernelBuilder::elector),
            new Place<>(DistributedLock.class, KernelBuilder::locks),
            new Place<>(ReadinessBarrier.class, KernelBuilder::readiness),
            new Place<>(ShutdownRegistry.class, KernelBuilder::shutdown),
            new Place<>(JobScheduler.class, KernelBuilder::ownScheduler),
            new Place<>(ClickHouseErrorPolicy.class, KernelBuilder::clickHouseErrors));

    private final Map<Place<?>, List<Bean<?>>> single = new LinkedHashMap<>();
    private final Map<Class<?>, Map<String, List<Bean<?>>>> named = new LinkedHashMap<>();
    private final List<Bean<?>> listeners = new ArrayList<>();
    private final List<Bean<?>> carriers = new ArrayList<>();

    /** Where a builder takes a part. */
    private record Place<T>(Class<T> type, BiFunction<KernelBuilder, T, KernelBuilder> given) {
        void fill(KernelBuilder builder, Bean<?> bean, References references) {
            var unused = given.apply(builder, references.get(bean, type));
        }
    }

    /** How a bean becomes an object, which lives as long as the kernel. */
    record References(BeanManager beans, List<CreationalContext<?>> contexts) {
        <T> T get(Bean<?> bean, Class<T> type) {
            CreationalContext<?> context = beans.createCreationalContext(bean);
            contexts.add(context);
            return type.cast(beans.getReference(bean, type, context));
        }
    }

    /** Looks at a bean that the application has made. */
    void add(Bean<?> bean) {
        if (bean.getTypes().contains(KernelListener.class)) {
            listeners.add(bean);
        }
        if (bean.getTypes().contains(ContextCarrier.class)) {
            carriers.add(bean);
        }
        if (bean.getQualifiers().contains(Default.Literal.INSTANCE)) {
            SINGLE.stream()
                    .filter(place -> bean.getTypes().contains(place.type))
                    .forEach(place -> single.computeIfAbsent(place, key -> new ArrayList<>())
                            .add(bean));
        }
        name(bean)
                .ifPresent(name -> List.of(DataSource.class, JobScheduler.class, ClickHousePool.class).stream()
                        .filter(bean.getTypes()::contains)
                        .forEach(type -> named.computeIfAbsent(type, key -> new LinkedHashMap<>())
                                .computeIfAbsent(name, key -> new ArrayList<>())
                                .add(bean)));
    }

    private static Optional<String> name(Bean<?> bean) {
        return bean.getQualifiers().stream()
                .filter(KernelNamed.class::isInstance)
                .map(qualifier -> ((KernelNamed) qualifier).value())
                .findFirst();
    }

    /** {@return whether the application has a bean of this type and no name} */
    boolean has(Class<?> type) {
        return single.keySet().stream().anyMatch(place -> place.type == type);
    }

    /** {@return the names under which the application has beans of this type} */
    Set<String> names(Class<?> type) {
        return new TreeSet<>(named.getOrDefault(type, Map.of()).keySet());
    }

    /** {@return where there are several and one is needed} */
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        single.forEach(
                (place, beans) -> several(place.type.getSimpleName(), beans).ifPresent(problems::add));
        named.forEach((type, byName) -> byName.forEach((name, beans) ->
                several(type.getSimpleName() + " '" + name + "'", beans).ifPresent(problems::add)));
        return problems;
    }

    /** {@return that there are several; empty if there is one at most} */
    static Optional<Problem> several(String what, Collection<Bean<?>> beans) {
        if (beans.size() < 2) {
            return Optional.empty();
        }
        String classes = beans.stream()
                .map(bean -> bean.getBeanClass().getName())
                .sorted()
                .collect(Collectors.joining(", "));
        return Optional.of(new Problem("beans of type " + what, classes, "bean", "must be one at most"));
    }

    /** Gives all of them to the builder. */
    void give(KernelBuilder builder, References references) {
        single.forEach((place, beans) -> place.fill(builder, beans.get(0), references));
        named.getOrDefault(JobScheduler.class, Map.of())
                .forEach((name, beans) -> builder.ownScheduler(references.get(beans.get(0), JobScheduler.class)));
        named.getOrDefault(DataSource.class, Map.of())
                .forEach((name, beans) -> builder.postgresPool(name, references.get(beans.get(0), DataSource.class)));
        named.getOrDefault(ClickHousePool.class, Map.of())
                .forEach((name, beans) ->
                        builder.clickHousePool(name, references.get(beans.get(0), ClickHousePool.class)));
        int number = 0;
        for (Bean<?> bean : listeners) {
            builder.listener("bean-" + ++number, references.get(bean, KernelListener.class));
        }
        carriers.forEach(bean -> builder.carrier(references.get(bean, ContextCarrier.class)));
    }
}
