package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.core.ConfigSource;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** MicroProfile Config as the one source of settings: files, environment and system properties by the server's rules. */
record MicroProfileSettings(Config config) {
    private static final String NAME = "MicroProfile Config";
    private static final String PREFIX = "kernel.";

    /** {@return the settings of the application whose class loader is the calling thread's} */
    static MicroProfileSettings ofApplication() {
        return new MicroProfileSettings(ConfigProvider.getConfig());
    }

    KernelConfig read() {
        // The second for its list of keys alone: those that nobody knows are worth a warning.
        return KernelConfig.read(
                ConfigSource.lookup(NAME, this::find, this::origin, ownKeys()), ConfigSource.systemProperties());
    }

    Optional<String> find(String key) {
        return config.getOptionalValue(key, String.class);
    }

    private String origin(String key) {
        String source = config.getConfigValue(key).getSourceName();
        return source == null ? NAME : source;
    }

    /** {@return the keys of files: what the environment and the command line hold may be meant for other programs} */
    private Set<String> ownKeys() {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(key -> key.startsWith(PREFIX))
                .filter(key -> System.getProperty(key) == null)
                .filter(key -> System.getenv(key) == null && System.getenv(ConfigSource.variable(key)) == null)
                .collect(Collectors.toUnmodifiableSet());
    }
}
