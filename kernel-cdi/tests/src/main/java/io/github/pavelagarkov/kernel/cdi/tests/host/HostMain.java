package io.github.pavelagarkov.kernel.cdi.tests.host;

import io.github.pavelagarkov.kernel.cdi.tests.rest.RestApplication;
import io.github.pavelagarkov.kernel.conformance.SuiteLog;
import io.github.pavelagarkov.kernel.core.HostProfile;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.tck.TckApplication;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** The application of the suite in the CDI container that the class path has. */
public final class HostMain {
    private HostMain() {}

    /**
     * Runs it.
     *
     * @param args what the application does, and the folder with its {@code META-INF/microprofile-config.properties}
     * @throws Exception if it cannot start
     */
    @SuppressWarnings("resource") // the loader and the container live as long as the process
    public static void main(String[] args) throws Exception {
        System.setProperty(HostApplication.BEHAVIOUR, args[0]);
        URL folder = Path.of(args[1]).toUri().toURL();
        Thread self = Thread.currentThread();
        self.setContextClassLoader(new URLClassLoader(new URL[] {folder}, self.getContextClassLoader()));
        SeContainer container = SeContainerInitializer.newInstance()
                .addBeanClasses(Parts.class, RestApplication.class)
                .initialize();
        // Not while it starts: an exit before Helidon listens for one ends it without a word.
        SuiteLog.write(
                TckApplication.of(args[0]), container.select(Kernel.class).get());
    }

    /** What the application adds to the kernel. */
    public static class Parts {
        static void add(@Observes KernelBuilder builder) {
            // A process of its own: nobody else is harmed if it ends.
            builder.host(HostProfile.of("Helidon MP").drivingStop().haltingOnSecondSignal());
            HostApplication.addTo(builder);
        }
    }
}
