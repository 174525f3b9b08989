package io.github.pavelagarkov.kernel.cdi.tests.app;

import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/** What no setting can say. */
@ApplicationScoped
public class Additions {
    /** Of the first hook and of the last. */
    public static final String FIRST = "first-of-all";

    /** Of the last hook. */
    public static final String LAST = "last-of-all";

    @Inject
    Journal journal;

    /** Not the barrier itself: this bean comes before the kernel. */
    @Inject
    Instance<ReadinessBarrier> readiness;

    private final Optional<String> server = ConfigProvider.getConfig().getOptionalValue("runner.url", String.class);

    /** For the container. */
    public Additions() {}

    void more(@Observes KernelBuilder builder) {
        builder.hook(HookSpec.of(FIRST, ShutdownRegistry.IMMEDIATE, context -> tell(FIRST)));
        builder.hook(HookSpec.of(LAST, ShutdownRegistry.LOWEST + 1, context -> tell(LAST)));
    }

    private void tell(String hook) {
        journal.write(hook + ": ready " + readiness.get().isReady() + ", over HTTP "
                + server.map(Additions::status).orElse("none"));
    }

    private static String status(String url) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create(url + "/health/ready").toURL().openConnection();
            connection.setConnectTimeout(2_000);
            connection.setReadTimeout(2_000);
            return String.valueOf(connection.getResponseCode());
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }
}
