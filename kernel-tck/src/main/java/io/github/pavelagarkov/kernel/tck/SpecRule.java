package io.github.pavelagarkov.kernel.tck;

import java.util.Optional;

/**
 * One rule of SPEC.md.
 *
 * @param id as {@code LE-7}
 * @param level who owes it
 * @param capability what an implementation must declare before it owes the rule; empty if nothing
 * @param sentence what can be observed, beginning with MUST, SHOULD or MAY
 * @param intent why it is asked
 */
public record SpecRule(String id, Level level, Optional<Capability> capability, String sentence, String intent) {
    /** Who owes a rule. */
    public enum Level {
        /** Every implementation of the SPI. */
        E,
        /** A host. */
        H,
        /** Kernel's own engines. */
        K
    }

    /** {@return what a test of this rule is called in reports} */
    public String title() {
        return id + " " + sentence;
    }
}
