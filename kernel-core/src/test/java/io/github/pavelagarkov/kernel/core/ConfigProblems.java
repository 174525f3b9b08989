package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import java.util.List;
import java.util.Properties;

/** What a reading refuses. */
final class ConfigProblems {
    private ConfigProblems() {}

    /** {@return every problem of a configuration that must not be accepted} */
    static List<Problem> of(ConfigSource... sources) {
        return catchThrowableOfType(ConfigurationException.class, () -> KernelConfig.read(sources))
                .problems();
    }

    /** {@return system properties with one entry} */
    static Properties properties(String key, String value) {
        Properties properties = new Properties();
        properties.setProperty(key, value);
        return properties;
    }
}
