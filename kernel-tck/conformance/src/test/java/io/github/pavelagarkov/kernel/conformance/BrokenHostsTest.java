package io.github.pavelagarkov.kernel.conformance;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The suite is tested: every host that breaks a rule on purpose fails exactly that rule. Several at once: each is a JVM. */
final class BrokenHostsTest {
    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> failsExactlyTheRuleThatItBreaks() {
        return Breakage.in(BrokenHosts.class).map(Breakage::test);
    }
}
