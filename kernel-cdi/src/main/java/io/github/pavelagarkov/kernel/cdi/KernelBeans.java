package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.clickhouse.ClickHousePool;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.core.KernelJobs;
import io.github.pavelagarkov.kernel.core.postgres.PostgresPool;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.time.KernelClock;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Default;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.configurator.BeanConfigurator;
import java.lang.annotation.Annotation;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * The parts of the kernel as beans.
 *
 * @param owner tells the beans of one application from those of another in the same EAR, which share their contexts
 */
record KernelBeans(AfterBeanDiscovery event, Supplier<Kernel> kernel, String owner) {
    /**
     * Adds what the application has no beans of its own for.
     *
     * @param config says what there is by name
     * @param wanted what injection points ask for, also if nobody configured it: the kernel says better what is missing
     * @param own beans of the application
     */
    void add(KernelConfig config, Wanted wanted, OwnParts own) {
        part(Kernel.class, Function.identity());
        part(KernelJobs.class, Kernel::jobs);
        part(KernelClock.class, Kernel::clock);
        part(JobScheduler.class, Kernel::scheduler, own);
        part(LeaderElector.class, Kernel::elector, own);
        part(DistributedLock.class, Kernel::locks, own);
        part(ReadinessBarrier.class, Kernel::readiness, own);
        part(ShutdownRegistry.class, Kernel::shutdown, own);
        parts(
                JobScheduler.class,
                names(JobScheduler.class, config.schedulers().keySet(), wanted, own),
                Kernel::scheduler);
        Set<String> pools = new TreeSet<>(config.postgres().names());
        pools.addAll(own.names(DataSource.class));
        parts(PostgresPool.class, names(PostgresPool.class, pools, wanted, own), Kernel::postgres);
        parts(
                DataSource.class,
                names(DataSource.class, config.postgres().names(), wanted, own),
                (built, name) -> built.postgres(name).dataSource());
        parts(
                ClickHousePool.class,
                names(ClickHousePool.class, config.clickHouse().keySet(), wanted, own),
                Kernel::clickHouse);
        for (String name : names(Election.class, config.leader().elections().keySet(), wanted, own)) {
            // A proxy: it is joined at the start, long after others have been given it.
            bean(Election.class, name, KernelNamed.Literal.of(name), built -> built.election(name))
                    .scope(ApplicationScoped.class);
        }
    }

    private <T> void part(Class<T> type, Function<Kernel, T> from, OwnParts own) {
        if (!own.has(type)) {
            part(type, from);
        }
    }

    private <T> void part(Class<T> type, Function<Kernel, T> from) {
        bean(type, "", Default.Literal.INSTANCE, from).scope(Dependent.class);
    }

    private <T> void parts(Class<T> type, Set<String> names, BiFunction<Kernel, String, T> from) {
        for (String name : names) {
            bean(type, name, KernelNamed.Literal.of(name), built -> from.apply(built, name))
                    .scope(Dependent.class);
        }
    }

    private static Set<String> names(Class<?> type, Set<String> configured, Wanted wanted, OwnParts own) {
        Set<String> names = new TreeSet<>(configured);
        names.addAll(wanted.names(type));
        names.removeAll(own.names(type));
        return names;
    }

    private <T> BeanConfigurator<T> bean(Class<T> type, String name, Annotation qualifier, Function<Kernel, T> from) {
        return event.<T>addBean()
                .beanClass(KernelExtension.class)
                .id(owner + " " + type.getName() + " " + name)
                .types(type, Object.class)
                .qualifiers(qualifier)
                .createWith(context -> from.apply(kernel.get()));
    }
}
