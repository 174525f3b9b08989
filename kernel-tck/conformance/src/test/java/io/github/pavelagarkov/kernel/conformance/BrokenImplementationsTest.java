package io.github.pavelagarkov.kernel.conformance;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The suite is tested: every implementation that breaks a rule on purpose fails exactly that rule, and says why. One after
 * the other: virtual time cannot see that a thread waits for one of another test, as for a lock of a class loader.
 */
final class BrokenImplementationsTest {
    private static final List<Class<?>> HOLDERS = List.of(
            BrokenBarriers.class,
            BrokenCallbacks.class,
            BrokenCrons.class,
            BrokenElectors.class,
            BrokenFoundations.class,
            BrokenLeases.class,
            BrokenLocks.class,
            BrokenPolicies.class,
            BrokenPolls.class,
            BrokenRegistrations.class,
            BrokenRegistries.class,
            BrokenRestarts.class,
            BrokenRunThreads.class,
            BrokenRuns.class,
            BrokenSchedulers.class,
            BrokenStops.class,
            BrokenStores.class,
            BrokenSupervisors.class,
            BrokenTokens.class);

    static Stream<Class<?>> broken() {
        return HOLDERS.stream().flatMap(Breakage::in);
    }

    @TestFactory
    Stream<DynamicTest> failsExactlyTheRuleThatItBreaks() {
        return broken().map(Breakage::test);
    }
}
