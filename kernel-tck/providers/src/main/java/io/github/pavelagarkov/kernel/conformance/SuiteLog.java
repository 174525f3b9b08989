package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.log.KernelLog;
import io.github.pavelagarkov.kernel.core.log.LogEntry;
import io.github.pavelagarkov.kernel.tck.TckApplication;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.LoggerFactory;

/** What the application of the suite does with a kernel that starts it: says something by its log, uses its pools. */
public final class SuiteLog {
    private SuiteLog() {}

    /** Writes the entry of an application, if it has one, and hands over its pools, if there are any. */
    public static void write(TckApplication application, Kernel kernel) {
        entry(application, kernel);
        Optional.ofNullable(kernel.postgresPools().get(TckApplication.POOL))
                .ifPresent(pool -> application.use(pool.dataSource(), threads(kernel)));
        Optional.ofNullable(kernel.clickHousePools().get(TckApplication.POOL))
                .ifPresent(pool -> application.use(pool, threads(kernel)));
    }

    static Executor threads(Kernel kernel) {
        return task -> kernel.execute("tck", task::run);
    }

    /** Writes the entry of an application, if it has one. */
    static void entry(TckApplication application, Kernel kernel) {
        KernelLog log = KernelLog.of(LoggerFactory.getLogger("tck"), kernel::fail);
        application.entry().ifPresent(entry -> {
            LogEntry line = new LogEntry(
                    entry.component(),
                    entry.operation(),
                    entry.args(),
                    Optional.of(entry.result()),
                    Optional.empty(),
                    Optional.of(entry.took()));
            if (entry.fatal()) {
                log.fatal(line);
            } else {
                log.info(line);
            }
        });
    }
}
