package io.github.pavelagarkov.kernel.dropwizard;

import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.Managed;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Jetty's lifecycle as the steps of a kernel (SD-2). The order in which Jetty calls these three was measured: the listener
 * while both ports answer; then the ports close and requests end; then the bean, which was added last; then the managed
 * objects of the application; then the managed object of the bundle, which was added first.
 */
final class KernelLifecycle {
    private static final String REASON = "server stops";

    private KernelLifecycle() {}

    static void install(Kernel kernel, Environment environment) {
        environment.lifecycle().manage(new Last(kernel));
        environment.lifecycle().addEventListener(new Listener(kernel, environment));
    }

    /** Told of the server as a whole. */
    private static final class Listener implements LifeCycle.Listener {
        private final Kernel kernel;
        private final Environment environment;
        /** Dropwizard and Jetty ignore the exit of the JVM until the server has started. */
        private final Registration untilStarted;

        Listener(Kernel kernel, Environment environment) {
            this.kernel = kernel;
            this.environment = environment;
            this.untilStarted = kernel.stopAtExit("JVM exits while the application starts");
        }

        @Override
        public void lifeCycleStarting(LifeCycle event) {
            // Before the managed objects start: one of them looks for the checks that the health block names.
            KernelHealth.register(kernel, environment.healthChecks());
            if (event instanceof Server server) {
                server.addBean(new StartedLast(kernel, environment));
                new LastResponses(kernel).watch(server);
            }
        }

        @Override
        public void lifeCycleStarted(LifeCycle event) {
            var unused = untilStarted.remove();
        }

        @Override
        public void lifeCycleStopping(LifeCycle event) {
            kernel.shutdown().begin(REASON);
            kernel.shutdown().runBelow(ShutdownRegistry.HIGH);
        }

        /** For a server that could not start, whose managed objects are not stopped: a port was taken, for instance. */
        @Override
        public void lifeCycleStopped(LifeCycle event) {
            var unused = untilStarted.remove();
            var unusedReport = kernel.stop(REASON);
        }
    }

    /** Starts after, and stops before, every managed object. */
    private static final class StartedLast extends AbstractLifeCycle {
        private final Kernel kernel;
        private final Environment environment;

        StartedLast(Kernel kernel, Environment environment) {
            this.kernel = kernel;
            this.environment = environment;
        }

        @Override
        protected void doStart() {
            kernel.start();
            // Again: components have added jobs and elections meanwhile.
            KernelHealth.register(kernel, environment.healthChecks());
        }

        @Override
        protected void doStop() {
            kernel.shutdown().begin(REASON);
            kernel.shutdown().runBelow(ShutdownRegistry.LOW);
        }
    }

    /** Stops after every managed object of the application. */
    private record Last(Kernel kernel) implements Managed {
        @Override
        public void stop() {
            var unused = kernel.stop(REASON);
        }
    }
}
