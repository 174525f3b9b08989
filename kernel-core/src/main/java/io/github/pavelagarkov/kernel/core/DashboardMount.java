package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.dashboard.Dashboard;
import io.github.pavelagarkov.kernel.core.dashboard.DashboardSettings;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.core.internal.event.ListenerQueues;
import io.github.pavelagarkov.kernel.core.internal.host.DashboardServer;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The page of a kernel and, if it has one, its port. Nothing listens and nothing is kept where nobody can look. */
final class DashboardMount {
    private static final String NAME = "dashboard";

    private final DashboardSettings settings;
    private final KernelThreads threads;
    private final Optional<Dashboard> dashboard;
    private volatile @Nullable DashboardServer server;
    private volatile boolean closed;

    private DashboardMount(DashboardSettings settings, KernelThreads threads, Optional<Dashboard> dashboard) {
        this.settings = settings;
        this.threads = threads;
        this.dashboard = dashboard;
    }

    static DashboardMount of(
            Plan plan,
            String identity,
            Function<StatusHistory, StatusReader> reader,
            ListenerQueues listeners,
            ShutdownRegistry shutdown) {
        DashboardSettings settings = where(plan);
        if (settings.port().isEmpty() && settings.rest().isEmpty() && !settings.admin()) {
            return new DashboardMount(settings, plan.threads, Optional.empty());
        }
        StatusHistory history = new StatusHistory(
                plan.clock, plan.elector.map(LeaderElector::identity).orElse(identity));
        listeners.add(NAME, history);
        DashboardMount mount = new DashboardMount(
                settings, plan.threads, Optional.of(new Dashboard(settings, reader.apply(history)::read)));
        if (settings.port().isPresent()) {
            // As late as the probes: a stop is something to look at.
            shutdown.register(NAME, ShutdownRegistry.LOWEST, context -> mount.close());
        }
        return mount;
    }

    /** At the admin port nobody is asked for a role, so it must be one: hosts go by the answer that is given here. */
    private static DashboardSettings where(Plan plan) {
        DashboardSettings wanted = plan.config.dashboard();
        return new DashboardSettings(wanted.port(), wanted.admin() && plan.host.adminPort(), wanted.rest());
    }

    void open() {
        if (settings.port().isPresent() && dashboard.isPresent()) {
            DashboardServer opened = DashboardServer.open(settings.port().getAsInt(), threads, dashboard.get());
            server = opened;
            if (closed) {
                // The stop has overtaken the start: its hook saw no port yet.
                opened.close();
            }
        }
    }

    void close() {
        closed = true;
        DashboardServer open = server;
        if (open != null) {
            open.close();
        }
    }

    Optional<Dashboard> dashboard() {
        return dashboard;
    }

    OptionalInt port() {
        DashboardServer open = server;
        return open == null ? OptionalInt.empty() : OptionalInt.of(open.port());
    }
}
