package io.github.pavelagarkov.kernel;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration is wrong; carries every problem found, not the first one only. */
public final class ConfigurationException extends KernelException {
    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * @param problems what is wrong, at least one
     * @throws IllegalArgumentException if there is no problem to tell
     */
    public ConfigurationException(List<Problem> problems) {
        super(describe(problems));
        this.problems = List.copyOf(problems);
    }

    private static String describe(List<Problem> problems) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("a ConfigurationException needs at least one problem");
        }
        return problems.stream()
                .map(Problem::toString)
                .collect(Collectors.joining(
                        "\n  ",
                        problems.size() == 1
                                ? "1 problem in the configuration:\n  "
                                : problems.size() + " problems in the configuration:\n  ",
                        ""));
    }

    /** {@return every problem found, in the order of the keys} */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * One wrong setting.
     *
     * @param key the full key, for instance {@code kernel.leader.cron.lease}
     * @param value the value as given, masked if it is a secret; empty if there was none
     * @param source where the value came from, for instance a file name or {@code environment}
     * @param allowed what would be accepted, as a sentence
     */
    public record Problem(String key, String value, String source, String allowed) {
        @Override
        public String toString() {
            return key + " = '" + value + "' (" + source + "): " + allowed;
        }
    }
}
