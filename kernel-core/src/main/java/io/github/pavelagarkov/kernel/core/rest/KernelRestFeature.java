package io.github.pavelagarkov.kernel.core.rest;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.HttpSettings;
import io.github.pavelagarkov.kernel.core.HttpSettings.AccessLog;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.core.log.RequestLog;
import io.github.pavelagarkov.kernel.time.KernelClock;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.Feature;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.WriterInterceptor;
import java.util.Map;
import java.util.Optional;

/**
 * Registers everything that kernel does around the requests of a REST application: the correlation id, the access line, and
 * the answer to errors that nobody caught; and the page, if {@code kernel.dashboard.path} puts it there.
 *
 * <p>The hosts register it by themselves. With an own server: {@code config.register(KernelRestFeature.of(kernel))}. A
 * second registration in one application does nothing. Immutable and thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md HT-1 to HT-4</a>
 */
public final class KernelRestFeature implements Feature {
    static final String COMPONENT = "http";

    private static final String LOGGER = "kernel.http";

    /** Around everything of the application: first to see a request, last to see a response. */
    private static final int OUTERMOST = 1;

    /** Where the response filter stands that has to be there before any other fails. */
    private static final int INNERMOST = 1_000_000;

    /** Behind every mapper of the application and the server for the same type. */
    private static final int LAST_MAPPER = Integer.MAX_VALUE;

    private final HttpSettings settings;
    private final KernelClock clock;
    private final boolean hostWritesLines;
    private final boolean hostMapsErrors;
    private final Optional<DashboardFilter> dashboard;

    private KernelRestFeature(
            HttpSettings settings,
            KernelClock clock,
            boolean hostWritesLines,
            boolean hostMapsErrors,
            Optional<DashboardFilter> dashboard) {
        this.settings = settings;
        this.clock = clock;
        this.hostWritesLines = hostWritesLines;
        this.hostMapsErrors = hostMapsErrors;
        this.dashboard = dashboard;
    }

    /**
     * {@return the feature with the settings of a kernel}
     *
     * @param kernel of the application
     */
    public static KernelRestFeature of(Kernel kernel) {
        KernelConfig config = Check.notNull("kernel", kernel).config();
        Optional<DashboardFilter> dashboard = kernel.dashboard()
                .flatMap(page -> page.settings().rest().map(where -> new DashboardFilter(page, where)));
        return new KernelRestFeature(config.http(), kernel.clock(), false, false, dashboard);
    }

    /**
     * {@return the feature with settings of its own}
     *
     * @param settings what to do
     * @param clock measures how long requests take
     */
    public static KernelRestFeature of(HttpSettings settings, KernelClock clock) {
        return new KernelRestFeature(
                Check.notNull("HTTP settings", settings),
                Check.notNull("clock", clock),
                false,
                false,
                Optional.empty());
    }

    /** {@return the feature in a host that writes a line for each request itself} */
    public KernelRestFeature besideRequestLog() {
        return new KernelRestFeature(settings, clock, true, hostMapsErrors, dashboard);
    }

    /**
     * {@return the feature in a host that maps Throwable itself} Of two mappers for the same type Jersey takes the
     * application's before one of the host's own binder, whatever their priorities.
     */
    public KernelRestFeature besideErrorMapper() {
        return new KernelRestFeature(settings, clock, hostWritesLines, true, dashboard);
    }

    @Override
    public boolean configure(FeatureContext context) {
        if (context.getConfiguration().getInstances().stream().anyMatch(CorrelationFilter.class::isInstance)) {
            return false;
        }
        RequestLog log = RequestLog.of(LOGGER);
        context.register(
                new CorrelationFilter(clock),
                Map.of(ContainerRequestFilter.class, OUTERMOST, ContainerResponseFilter.class, INNERMOST));
        context.register(
                new ExchangeEnd(settings, writesLines(), log, clock),
                Map.of(ContainerResponseFilter.class, OUTERMOST, WriterInterceptor.class, OUTERMOST));
        if (writesLines()) {
            // Only they say it, and Jersey sorts the filters of a method anew for each request.
            context.register(new RouteFeature());
        }
        // Behind the filters that find out who is asking.
        dashboard.ifPresent(page -> context.register(page, Priorities.AUTHORIZATION));
        if (!hostMapsErrors) {
            context.register(new UnreadableEntity(), Map.of(ReaderInterceptor.class, OUTERMOST));
            context.register(
                    new UncaughtErrorMapper(settings.problem(), log), Map.of(ExceptionMapper.class, LAST_MAPPER));
        }
        return true;
    }

    private boolean writesLines() {
        return settings.accessLog() == AccessLog.ALWAYS || (settings.accessLog() == AccessLog.AUTO && !hostWritesLines);
    }
}
