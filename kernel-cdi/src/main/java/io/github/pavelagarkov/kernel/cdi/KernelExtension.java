package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.HostProfile;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.core.Review;
import io.github.pavelagarkov.kernel.core.grpc.GrpcHosting;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.spi.CreationalContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.BeforeShutdown;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessBean;
import jakarta.enterprise.inject.spi.ProcessInjectionPoint;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import jakarta.enterprise.inject.spi.ProcessSyntheticBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Puts a kernel into an application of a CDI container: builds it when the container has been validated, so that everything
 * wrong fails the deployment, starts it behind the application's own observers of {@code Startup}, and stops it.
 *
 * <p>Called by the container, which starts and stops an application on one thread at a time. {@link #built()} is thread-safe.
 */
public class KernelExtension implements Extension {
    static final String HOST = "Jakarta EE (CDI)";

    private static final String REASON = "server stops";
    /**
     * Behind everything of the application: what it adds while it starts begins with the rest. Not the greatest number there
     * is: Weld compares priorities by their difference.
     */
    private static final int LAST = 1_000_000;
    /** Before servers that stop in an observer themselves: Helidon does, with priority 0. */
    private static final int FIRST = -1000;

    private final String owner = "kernel " + UUID.randomUUID();
    private final Wanted wanted = new Wanted();
    private final OwnParts ownParts = new OwnParts();
    private final List<Bean<?>> jobBeans = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<CreationalContext<?>> references = new ArrayList<>();
    private KernelConfig config = KernelConfig.defaults();
    private final AtomicBoolean startTold = new AtomicBoolean();
    private volatile @Nullable Kernel kernel;

    /** For the container. */
    public KernelExtension() {}

    /** {@return the kernel; empty before the container has been validated} */
    public Optional<Kernel> built() {
        return Optional.ofNullable(kernel);
    }

    private Kernel kernel() {
        return built().orElseThrow(() -> new IllegalStateException(
                "the kernel is not built yet: a method that observes KernelBuilder must be static, or its bean must inject"
                        + " a Provider of the parts of the kernel"));
    }

    void beforeDiscovery(@Observes BeforeBeanDiscovery event) {
        event.addQualifier(KernelNamed.class);
        if (Visible.isThere("org.eclipse.microprofile.health.HealthCheck")) {
            KernelHealthChecks.addTo(event);
        }
    }

    void collect(@Observes ProcessManagedBean<?> event) {
        if (event.getAnnotatedBeanClass().getMethods().stream()
                .anyMatch(method -> method.isAnnotationPresent(Job.class))) {
            Bean<?> bean = event.getBean();
            JobBeans.problem(event).ifPresentOrElse(problems::add, () -> jobBeans.add(bean));
        }
    }

    void collect(@Observes ProcessBean<?> event) {
        // What extensions add, this one too, is no bean of the application.
        if (!(event instanceof ProcessSyntheticBean)) {
            ownParts.add(event.getBean());
        }
    }

    void collect(@Observes ProcessInjectionPoint<?, ?> event) {
        wanted.add(event.getInjectionPoint());
    }

    void afterDiscovery(@Observes AfterBeanDiscovery event) {
        // What is wrong is told after validation, with everything else.
        config = Application.call(() -> MicroProfileSettings.ofApplication().read(problems::add));
        new KernelBeans(event, this::kernel, owner).add(config, wanted, ownParts);
        event.<Startup>addObserverMethod()
                .observedType(Startup.class)
                .priority(LAST)
                .notifyWith(started -> start());
        event.<Shutdown>addObserverMethod()
                .observedType(Shutdown.class)
                .priority(FIRST)
                .notifyWith(stops -> drain());
        event.<Object>addObserverMethod()
                .observedType(Object.class)
                .addQualifier(BeforeDestroyed.Literal.APPLICATION)
                .priority(FIRST)
                .notifyWith(ends -> drain());
        event.<Object>addObserverMethod()
                .observedType(Object.class)
                .addQualifier(BeforeDestroyed.Literal.APPLICATION)
                .priority(LAST)
                .notifyWith(ends -> stop());
    }

    /** Behind other extensions: where one of them has thrown, nothing is built. */
    void afterValidation(@Observes @Priority(LAST) AfterDeploymentValidation event, BeanManager beans) {
        try {
            Application.run(() -> build(beans));
        } catch (RuntimeException e) {
            event.addDeploymentProblem(e);
            // Not every container tells of the end of an application that never started.
            stop();
        }
    }

    private void build(BeanManager beans) {
        KernelBuilder builder = builder(beans);
        Review review = builder.review();
        problems.addAll(review.problems());
        problems.addAll(wanted.problems(review));
        problems.addAll(ownParts.problems());
        throwProblems();
        Kernel built = builder.build();
        kernel = built;
        problems.addAll(wanted.problems(built));
        throwProblems();
    }

    private void throwProblems() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    private KernelBuilder builder(BeanManager beans) {
        KernelEvents events = new KernelEvents(beans);
        KernelBuilder builder = Kernel.builder()
                .config(config)
                .host(HostProfile.of(HOST).drivingStop().sharingProcess())
                .properties(MicroProfileSettings.ofApplication()::find)
                .onEvent("cdi", events::tell)
                .onEvent("cdi-async", events::tellAsync);
        ManagedThreads.find().ifPresent(builder::threads);
        config.leader().elections().keySet().stream().filter(wanted::joins).forEach(builder::election);
        ownParts.give(builder, new OwnParts.References(beans, references));
        jobBeans.forEach(bean -> addJobs(builder, bean, beans));
        if (config.grpc().isPresent()) {
            GrpcHosting.trouble(config).ifPresent(problems::add);
            new GrpcBeans(beans, references::add).serveBy(builder);
        }
        new TelemetryBeans(beans, references::add).addTo(builder, problems::add);
        beans.getEvent().select(KernelBuilder.class).fire(builder);
        return builder;
    }

    private <T> void addJobs(KernelBuilder builder, Bean<T> bean, BeanManager beans) {
        @SuppressWarnings("unchecked") // the class of a managed bean is the class of its instances
        Class<T> type = (Class<T>) bean.getBeanClass();
        CreationalContext<T> context = beans.createCreationalContext(bean);
        references.add(context);
        builder.jobs(type, () -> type.cast(beans.getReference(bean, type, context)));
    }

    /** In an EAR, told once for each module. */
    private void start() {
        if (startTold.compareAndSet(false, true)) {
            if (Visible.isStandalone()) {
                // A server hears of its end from the first moment on; and it waits for requests before it tells
                // anybody.
                var unused = kernel().stopAtExitUnlessHostDoes("JVM exits while the application starts");
            }
            Application.run(kernel()::start);
        }
    }

    private void drain() {
        built().ifPresent(running -> {
            running.shutdown().begin(REASON);
            running.shutdown().runBelow(ShutdownRegistry.HIGH);
        });
    }

    private void stop() {
        built().ifPresent(running -> {
            var unused = running.stop(REASON);
            // Beans without a scope live as long as their jobs.
            references.forEach(CreationalContext::release);
            references.clear();
        });
    }

    /** For a container that could not start, which ends without a word to the application. */
    void beforeShutdown(@Observes BeforeShutdown event) {
        stop();
    }
}
