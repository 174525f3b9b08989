package io.github.pavelagarkov.kernel.examples.shop;

import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jdbi3.JdbiFactory;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.grpc.GrpcServing;
import io.github.pavelagarkov.kernel.dropwizard.KernelBundle;
import io.github.pavelagarkov.kernel.dropwizard.KernelDataSourceFactory;

/** The service: {@code ShopApplication server shop.yml}. */
public final class ShopApplication extends Application<ShopConfiguration> {
    /** The pool, as the YAML file names it. */
    static final String POOL = "orders";

    private final GrpcServing grpc = GrpcServing.of();
    private final KernelBundle<ShopConfiguration> bundle = KernelBundle.builder(ShopConfiguration::getKernel)
            .customize((builder, configuration, environment) -> builder.onStart("grpc", grpc))
            .build();

    /**
     * Runs it.
     *
     * @param args {@code server shop.yml}, or {@code kernel-check shop.yml} to look without starting
     * @throws Exception if it cannot start
     */
    public static void main(String[] args) throws Exception {
        new ShopApplication().run(args);
    }

    @Override
    public String getName() {
        return "shop";
    }

    @Override
    public void initialize(Bootstrap<ShopConfiguration> bootstrap) {
        bootstrap.addBundle(bundle);
    }

    @Override
    public void run(ShopConfiguration configuration, Environment environment) {
        Kernel kernel = bundle.kernel();
        // JDBI with Dropwizard's metrics, as ever; the pool itself is the kernel's, which closes it last.
        KernelDataSourceFactory pool = KernelDataSourceFactory.of(kernel.postgres(POOL));
        OrderStore orders = new OrderStore(new JdbiFactory().build(environment, pool, POOL));
        // For the sake of a short example; a service of yours has dropwizard-migrations.
        orders.createTables();
        environment.jersey().register(new OrderResource(orders));
        grpc.service(new OrderCalls(orders));
        kernel.jobs().bind(new Settlement(orders));
        if (kernel.config().clickHouse().containsKey(SalesStream.POOL)) {
            SalesStream sales = new SalesStream(orders, kernel.clickHouse(SalesStream.POOL));
            kernel.jobs().bind(sales);
            environment.jersey().register(new SalesResource(sales));
        }
    }

    /** For tests. */
    int grpcPort() {
        return grpc.server().port();
    }

    /** For tests. */
    Kernel kernel() {
        return bundle.kernel();
    }
}
