package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.dashboard.Dashboard;
import io.github.pavelagarkov.kernel.core.dashboard.DashboardSettings;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.ListenerQueues;
import io.github.pavelagarkov.kernel.core.internal.host.DashboardServer;
import io.github.pavelagarkov.kernel.core.internal.host.KernelPort;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** The page of a kernel and, if it has one, its port. Nothing listens and nothing is kept where nobody can look. */
final class DashboardMount {
    private static final String NAME = "dashboard";

    private final Optional<Dashboard> dashboard;
    private final Optional<KernelPort> port;

    private DashboardMount(Optional<Dashboard> dashboard, Optional<KernelPort> port) {
        this.dashboard = dashboard;
        this.port = port;
    }

    static DashboardMount of(
            Plan plan,
            String identity,
            Function<StatusHistory, StatusReader> reader,
            ListenerQueues listeners,
            ShutdownRegistry shutdown) {
        DashboardSettings settings = where(plan);
        if (settings.port().isEmpty() && settings.rest().isEmpty() && !settings.admin()) {
            return new DashboardMount(Optional.empty(), Optional.empty());
        }
        StatusHistory history = new StatusHistory(
                plan.clock, plan.elector.map(LeaderElector::identity).orElse(identity));
        listeners.add(NAME, history);
        Dashboard dashboard = new Dashboard(settings, reader.apply(history)::read);
        Optional<KernelPort> port = port(settings.port(), plan.threads, dashboard);
        // As late as the probes: a stop is something to look at.
        port.ifPresent(open -> shutdown.register(NAME, ShutdownRegistry.LOWEST, context -> open.close()));
        return new DashboardMount(Optional.of(dashboard), port);
    }

    private static Optional<KernelPort> port(OptionalInt number, KernelThreads threads, Dashboard dashboard) {
        return number.isEmpty()
                ? Optional.empty()
                : Optional.of(new KernelPort(() -> DashboardServer.open(number.getAsInt(), threads, dashboard)));
    }

    /** At the admin port nobody is asked for a role, so it must be one: hosts go by the answer that is given here. */
    private static DashboardSettings where(Plan plan) {
        DashboardSettings wanted = plan.config.dashboard();
        return new DashboardSettings(wanted.port(), wanted.admin() && plan.host.adminPort(), wanted.rest());
    }

    void open() {
        port.ifPresent(KernelPort::open);
    }

    void close() {
        port.ifPresent(KernelPort::close);
    }

    Optional<Dashboard> dashboard() {
        return dashboard;
    }

    OptionalInt port() {
        return port.map(KernelPort::number).orElseGet(OptionalInt::empty);
    }
}
