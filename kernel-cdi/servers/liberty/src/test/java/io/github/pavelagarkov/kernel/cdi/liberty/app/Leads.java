package io.github.pavelagarkov.kernel.cdi.liberty.app;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.config.ConfigProvider;

/** Leads the election that every application here has, and stops its kernel when a file says so. */
@ApplicationScoped
public class Leads {
    @Inject
    Voice voice;

    @Inject
    Kernel kernel;

    /** For the container. */
    public Leads() {}

    static void more(@Observes KernelBuilder builder, Voice voice) {
        builder.hook(HookSpec.of("says", ShutdownRegistry.MEDIUM, context -> voice.say("stops: " + context.reason())));
    }

    @Job(every = "50ms", leader = "billing")
    void settle() {
        voice.say("leads");
    }

    @Job(every = "100ms")
    void look() {
        // Not injected: in an EAR Open Liberty looks for the settings of the whole, and finds none.
        String file = ConfigProvider.getConfig().getValue("stop.file", String.class);
        if (Files.exists(Path.of(file))) {
            kernel.execute("stop", () -> kernel.stop("told to"));
        }
    }

    void acquired(@Observes LeaderEvent.Acquired event) {
        voice.say("heard of " + event.term().election());
    }
}
