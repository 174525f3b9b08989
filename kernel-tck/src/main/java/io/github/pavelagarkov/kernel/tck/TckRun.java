package io.github.pavelagarkov.kernel.tck;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.opentest4j.TestAbortedException;

/**
 * One test with its fixture.
 *
 * @param capabilities what is declared
 * @param whyNot says why one is not declared
 * @param time virtual or real
 * @param fixture of the provider
 */
record TckRun(
        Set<Capability> capabilities,
        Function<Capability, Optional<String>> whyNot,
        TckTime time,
        KernelFixture fixture) {
    /** Longer than any stop that a test leaves to the end. */
    private static final Duration LONGEST_CLOSE = Duration.ofMinutes(2);

    static TckRun open(KernelTckProvider provider, String application) throws Exception {
        Set<Capability> capabilities = Set.copyOf(provider.capabilities());
        TckTime time = capabilities.contains(Capability.TIME_CONTROL)
                ? new VirtualTime()
                : new RealTime(Double.parseDouble(System.getProperty("kernel.tck.time-factor", "1")));
        KernelFixture fixture = provider.open(new TckSetup(application, time.clock(), time.threads()));
        return new TckRun(capabilities, provider::whyNot, time, fixture);
    }

    void require(Capability capability) {
        if (!capabilities.contains(capability)) {
            throw undeclared(capability, whyNot.apply(capability));
        }
    }

    static TestAbortedException undeclared(Capability capability, Optional<String> why) {
        return new TestAbortedException(capability + " is not declared"
                + why.map(reason -> ": " + reason).orElse(""));
    }

    void close(AutoCloseable resource) {
        CompletableFuture<Void> closed = time.start(() -> {
            resource.close();
            return null;
        });
        time.until(resource + " is closed", LONGEST_CLOSE, closed::isDone);
        try {
            closed.join();
        } catch (CompletionException e) {
            throw new AssertionError(resource + " could not be closed", e.getCause());
        }
    }
}
