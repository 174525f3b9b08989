package io.github.pavelagarkov.kernel.tck.report;

import java.time.Duration;
import java.util.Set;

/**
 * How one test ended.
 *
 * @param rule it belongs to
 * @param test its class and method
 * @param result how it ended
 * @param message why it was skipped or failed; empty if it passed
 * @param took how long it ran
 */
record TestOutcome(String rule, String test, Result result, String message, Duration took) {
    /** How a test, or all tests of a rule, ended. */
    enum Result {
        /** Nothing could be asked. */
        SKIPPED,
        /** Of a rule alone: some of its tests passed, and some could not be asked. */
        PARTLY,
        /** All was asked and holds. */
        PASSED,
        /** Something does not hold. */
        FAILED;

        /**
         * {@return how a rule ended}
         *
         * @param tests how its tests ended; at least one
         */
        static Result of(Set<Result> tests) {
            if (tests.contains(FAILED)) {
                return FAILED;
            }
            return tests.size() == 1 ? tests.iterator().next() : PARTLY;
        }
    }
}
