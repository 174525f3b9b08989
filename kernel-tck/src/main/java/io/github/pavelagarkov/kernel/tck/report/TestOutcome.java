package io.github.pavelagarkov.kernel.tck.report;

import java.time.Duration;

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
    /** How a test, or all tests of a rule, ended. The worst of several tests counts for the rule. */
    enum Result {
        /** Nothing of the rule could be asked. */
        SKIPPED,
        /** All that could be asked holds. */
        PASSED,
        /** Something does not hold. */
        FAILED
    }
}
