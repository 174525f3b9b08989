package io.github.pavelagarkov.kernel.core.log;

import io.github.pavelagarkov.kernel.core.Kernel;
import org.slf4j.LoggerFactory;

/** A service that has something to say. */
final class WithoutProviderMain {
    private WithoutProviderMain() {}

    public static void main(String[] args) throws Exception {
        Kernel.builder().build().run(kernel -> {
            KernelLog.of(LoggerFactory.getLogger("app"), kernel::fail)
                    .warn(LogEntry.of("ledger", "open")
                            .withArg("page", "{}, {0}")
                            .withError(new IllegalStateException("the ledger is gone")));
            kernel.stop("done");
        });
    }
}
