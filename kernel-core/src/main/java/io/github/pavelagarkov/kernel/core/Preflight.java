package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Looks over a service before it is let loose: every setting that holds, each backend asked for up to 5 s, and what a stop would do.
 * For a command of a host, and for a pipeline that wants to know whether a file and the network fit together.
 */
public final class Preflight {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private Preflight() {}

    /**
     * Looks it over. Nothing is started, and everything that is opened is closed again.
     *
     * @param builder has its settings
     * @param out gets the report, line by line; no secrets
     * @throws io.github.pavelagarkov.kernel.ConfigurationException if something is missing; with every problem
     * @throws BackendUnavailableException if a backend does not answer, after the whole report; names them all
     */
    public static void run(KernelBuilder builder, Consumer<String> out) {
        try (Kernel kernel = builder.build()) {
            KernelConfig config = kernel.config();
            out.accept("settings (value, source):");
            config.settings()
                    .forEach(setting ->
                            out.accept("  " + setting.key() + " = " + setting.value() + " (" + setting.source() + ")"));
            config.warnings().forEach(warning -> out.accept("warning: " + warning));
            List<String> silent = askBackends(kernel, out);
            out.accept(kernel.describe());
            if (!silent.isEmpty()) {
                throw new BackendUnavailableException("backends that do not answer: " + String.join("; ", silent));
            }
        }
    }

    private static List<String> askBackends(Kernel kernel, Consumer<String> out) {
        List<String> silent = new ArrayList<>();
        for (KernelCheck check : kernel.backendChecks()) {
            KernelCheck.Result result = ask(check, kernel.clock());
            out.accept((result.healthy() ? "ok:      " : "SILENT:  ") + check.name() + " " + result.message());
            if (!result.healthy()) {
                silent.add(check.name() + " " + result.message());
            }
        }
        return silent;
    }

    /** Again and again for a while: connections are opened in the background and may not be there yet. */
    private static KernelCheck.Result ask(KernelCheck check, KernelClock clock) {
        long giveUp = clock.nanoTime() + PATIENCE.toNanos();
        KernelCheck.Result result = check.run();
        while (!result.healthy() && clock.nanoTime() - giveUp < 0) {
            try {
                clock.park(clock.nanoTime() + PAUSE.toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return result;
            }
            result = check.run();
        }
        return result;
    }
}
