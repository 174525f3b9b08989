package io.github.pavelagarkov.kernel.dropwizard;

import io.dropwizard.core.Application;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.github.pavelagarkov.kernel.conformance.SuiteLog;
import io.github.pavelagarkov.kernel.conformance.rest.SuiteExceptionMapper;
import io.github.pavelagarkov.kernel.conformance.rest.SuiteResource;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.grpc.GrpcServing;
import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.TckApplication;
import io.github.pavelagarkov.kernel.tck.grpc.TckCalls;
import org.eclipse.jetty.server.ServerConnector;

/** A Dropwizard service around the application of the suite. Arguments: its behaviour, its configuration file. */
public final class TckMain extends Application<TestConfiguration> {
    /** What its line with the port of the application begins with. */
    static final String PORT = "application at ";

    private final TckApplication application;

    private TckMain(TckApplication application) {
        this.application = application;
    }

    /**
     * Runs it.
     *
     * @param args behaviour and file
     * @throws Exception if it cannot start
     */
    public static void main(String[] args) throws Exception {
        new TckMain(TckApplication.of(args[0])).run("server", args[1]);
    }

    @Override
    public void initialize(Bootstrap<TestConfiguration> bootstrap) {
        bootstrap.addBundle(KernelBundle.builder(TestConfiguration::getKernel)
                .haltOnSecondSignal()
                .customize((builder, configuration, environment) -> parts(builder, configuration))
                .build());
    }

    private void parts(KernelBuilder builder, TestConfiguration configuration) {
        KernelFactory settings = configuration.getKernel();
        if (settings != null && settings.build().grpc().isPresent()) {
            GrpcServing serving =
                    GrpcServing.of(TckCalls.of(() -> CorrelationId.current().orElse("")));
            builder.onStart("grpc", serving)
                    .onStart(
                            "grpc-port",
                            kernel -> System.out.println(
                                    TckCalls.PORT + serving.server().port()));
        }
        application.hooks().forEach(builder::hook);
        application.jobs().forEach(builder::job);
        application
                .leaseStore()
                .ifPresent(store -> builder.leaseStore(store)
                        .election(TckApplication.ELECTION, new LeadershipListener() {
                            @Override
                            public void onElected(LeaderScope scope) {}

                            @Override
                            public void onDemoted(Term term, DemotionReason reason) {}
                        }));
        builder.onStart("application", kernel -> {
            application.start(kernel.shutdown(), kernel.readiness());
            SuiteLog.write(application, kernel);
        });
    }

    @Override
    public void run(TestConfiguration configuration, Environment environment) {
        environment.jersey().register(SuiteResource.class);
        environment.jersey().register(SuiteExceptionMapper.class);
        environment
                .lifecycle()
                .addServerLifecycleListener(server ->
                        System.out.println(PORT + ((ServerConnector) server.getConnectors()[0]).getLocalPort()));
    }
}
