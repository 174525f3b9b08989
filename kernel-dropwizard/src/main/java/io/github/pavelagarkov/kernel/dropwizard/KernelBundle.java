package io.github.pavelagarkov.kernel.dropwizard;

import io.dropwizard.core.Configuration;
import io.dropwizard.core.ConfiguredBundle;
import io.dropwizard.core.server.AbstractServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.HostProfile;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Brings leaders, jobs, readiness, pools and an ordered stop to a Dropwizard application.
 *
 * <pre>{@code
 * public final class ShopApplication extends Application<ShopConfiguration> {
 *     private final KernelBundle<ShopConfiguration> kernel =
 *             KernelBundle.builder(ShopConfiguration::getKernel).build();
 *
 *     public void initialize(Bootstrap<ShopConfiguration> bootstrap) {
 *         bootstrap.addBundle(kernel);
 *     }
 *
 *     public void run(ShopConfiguration configuration, Environment environment) {
 *         kernel.kernel().jobs().bind(new Settler());
 *     }
 * }
 * }</pre>
 *
 * <p>The kernel is there when {@code Application.run} begins. It is started after every managed object of the application
 * and before the connectors open; until then jobs, hooks and components can be added without a race. On the way out it takes
 * readiness down and drains while both ports still answer, stops leader-only work, lets Dropwizard finish the requests in
 * flight, runs the hooks by priority, lets the managed objects stop, and closes pools and Redis last (SD-2).
 *
 * <p>Readiness and liveness are at {@code /health-check} and {@code /health-check?type=alive} of the application port, as
 * they are at that moment, unless the file has a {@code health} block that says otherwise; {@code /healthcheck} of the admin
 * port has one check for each election, job and backend, {@code /metrics} the figures of {@link
 * io.github.pavelagarkov.kernel.core.metrics.KernelMeter} by their flat names, and {@code /kernel} the page that answers why.
 * With {@code kernel.admin.actions} the admin port also has tasks.
 *
 * <p>Add it before other bundles: their managed objects then stop before the pools are closed. Serves one application, once. Thread-safe after {@code run}.
 *
 * @param <T> the configuration of the application
 */
public final class KernelBundle<T extends Configuration> implements ConfiguredBundle<T> {
    static final String HOST = "Dropwizard 5";

    private final Function<? super T, @Nullable KernelFactory> settings;
    private final Customizer<T> customizer;
    private final boolean haltsOnSecondSignal;
    private volatile @Nullable Kernel kernel;

    private KernelBundle(Builder<T> builder) {
        settings = builder.settings;
        customizer = builder.customizer;
        haltsOnSecondSignal = builder.haltsOnSecondSignal;
    }

    /**
     * {@return a builder}
     *
     * @param settings finds kernel's block in the configuration; a block that is not there has every default
     * @param <T> the configuration of the application
     */
    public static <T extends Configuration> Builder<T> builder(Function<? super T, @Nullable KernelFactory> settings) {
        return new Builder<>(Check.notNull("accessor of the kernel settings", settings));
    }

    /** Adds to a kernel what is not in its settings. */
    @FunctionalInterface
    public interface Customizer<T> {
        /**
         * Adds it, before anything of the application runs. The command {@code kernel-check} calls it too, and starts
         * nothing after that: what opens connections or threads is better started by {@link KernelBuilder#onStart}.
         *
         * @param builder has its settings
         * @param configuration of the application
         * @param environment of the application
         * @throws Exception anything: the application does not start
         */
        void customize(KernelBuilder builder, T configuration, Environment environment) throws Exception;
    }

    /** Collects the options. Not thread-safe. */
    public static final class Builder<T extends Configuration> {
        private final Function<? super T, @Nullable KernelFactory> settings;
        private Customizer<T> customizer = (builder, configuration, environment) -> {};
        private boolean haltsOnSecondSignal;

        private Builder(Function<? super T, @Nullable KernelFactory> settings) {
            this.settings = settings;
        }

        /**
         * Gives the kernel parts of your own, or elections and hooks that are known before the application runs.
         *
         * @param more called once
         * @return this builder
         */
        public Builder<T> customize(Customizer<T> more) {
            this.customizer = Check.notNull("customizer", more);
            return this;
        }

        /**
         * Ends the process at once on a second SIGTERM or SIGINT, at least a second after the first, unless {@code
         * kernel.shutdown.second-signal} says {@code ignore}. Not in tests that share a JVM.
         *
         * @return this builder
         */
        public Builder<T> haltOnSecondSignal() {
            this.haltsOnSecondSignal = true;
            return this;
        }

        /** {@return the bundle} */
        public KernelBundle<T> build() {
            return new KernelBundle<>(this);
        }
    }

    /**
     * {@return the kernel of the application}
     *
     * @throws IllegalStateException before {@link #run}
     */
    public Kernel kernel() {
        Kernel built = kernel;
        if (built == null) {
            throw new IllegalStateException("the kernel is there once Application.run begins, not before");
        }
        return built;
    }

    @Override
    @SuppressWarnings("unchecked") // a bundle of T is only added to the bootstrap of an application of T
    public void initialize(Bootstrap<?> bootstrap) {
        Class<T> configuration = (Class<T>) bootstrap.getApplication().getConfigurationClass();
        bootstrap.addCommand(new KernelCheckCommand<>(this, configuration));
    }

    @Override
    public void run(T configuration, Environment environment) throws Exception {
        Kernel built = builder(configuration, environment).build();
        kernel = built;
        KernelLifecycle.install(built, environment);
        KernelHealth.install(built, configuration, environment);
        KernelTasks.install(built, environment.admin());
        KernelPage.install(built, environment.admin());
        KernelRequests.install(built, configuration.getServerFactory(), environment);
    }

    /** {@return a kernel with the settings of the file and what the customizer adds} */
    KernelBuilder builder(T configuration, Environment environment) throws Exception {
        KernelFactory factory =
                Optional.ofNullable(settings.apply(configuration)).orElseGet(KernelFactory::new);
        KernelBuilder builder = Kernel.builder().settings(factory.sources()).host(host(configuration));
        builder.metrics(() -> new RegistryMeters(environment.metrics()));
        customizer.customize(builder, configuration, environment);
        return builder;
    }

    private HostProfile host(T configuration) {
        HostProfile host = HostProfile.of(HOST).drivingStop();
        if (configuration.getServerFactory() instanceof AbstractServerFactory server) {
            host = host.withRequestWait(
                    server.getShutdownGracePeriod().toJavaDuration().plus(KernelHealth.delayedShutdown(configuration)));
        }
        host = host.withPorts(KernelPorts.of(configuration.getServerFactory()));
        return haltsOnSecondSignal ? host.haltingOnSecondSignal() : host;
    }
}
