package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.core.ConfigSource;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.core.grpc.GrpcServing;
import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.TckApplication;
import io.github.pavelagarkov.kernel.tck.grpc.TckCalls;
import java.nio.file.Path;

/** A plain Java service around the application of the suite. Arguments: its behaviour, its configuration file. */
public final class PlainHostMain {
    /** What its line with the port of the probes begins with. */
    static final String PROBES = "probes at ";

    private PlainHostMain() {}

    /**
     * Runs it.
     *
     * @param args behaviour and file
     */
    public static void main(String[] args) {
        builder(TckApplication.of(args[0]), config(Path.of(args[1]))).build().run();
    }

    static KernelConfig config(Path file) {
        return KernelConfig.read(ConfigSource.systemProperties(), ConfigSource.environment(), ConfigSource.file(file));
    }

    static KernelBuilder builder(TckApplication application, KernelConfig config) {
        return hooked(application, parts(application, config)).onStart("application", kernel -> {
            application.start(kernel.shutdown(), kernel.readiness());
            SuiteLog.write(application, kernel);
        });
    }

    static KernelBuilder hooked(TckApplication application, KernelBuilder builder) {
        application.hooks().forEach(builder::hook);
        return builder;
    }

    /** {@return everything but the hooks and the start of the application} */
    static KernelBuilder parts(TckApplication application, KernelConfig config) {
        KernelBuilder builder = Kernel.builder()
                .config(config)
                .onStart(
                        "probes",
                        kernel ->
                                System.out.println(PROBES + kernel.probesPort().orElseThrow()));
        config.grpc().ifPresent(settings -> serve(builder));
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
        return builder;
    }

    private static void serve(KernelBuilder builder) {
        GrpcServing serving =
                GrpcServing.of(TckCalls.of(() -> CorrelationId.current().orElse("")));
        builder.onStart("grpc", serving)
                .onStart(
                        "grpc-port",
                        kernel -> System.out.println(
                                TckCalls.PORT + serving.server().port()));
    }
}
