package io.github.pavelagarkov.kernel.cdi.tests.host;

import io.github.pavelagarkov.kernel.conformance.SuiteLog;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.tck.TckApplication;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** The application of the suite as a bean of a web archive. */
@ApplicationScoped
public class HostApplication {
    /** The system property that says what it does. */
    public static final String BEHAVIOUR = "tck.behaviour";

    /** For the container. */
    public HostApplication() {}

    static void add(@Observes KernelBuilder builder) {
        addTo(builder);
        builder.onStart("log-and-pools", kernel -> SuiteLog.write(application(), kernel));
    }

    static void addTo(KernelBuilder builder) {
        TckApplication application = application();
        if (HostGrpc.isWanted()) {
            HostGrpc.serve(builder);
        }
        application.hooks().forEach(builder::hook);
        application.jobs().forEach(builder::job);
        application.leaseStore().ifPresent(store -> builder.leaseStore(store).election(TckApplication.ELECTION));
        builder.onStart("application", kernel -> application.start(kernel.shutdown(), kernel.readiness()));
    }

    private static TckApplication application() {
        return TckApplication.of(System.getProperty(BEHAVIOUR));
    }
}
