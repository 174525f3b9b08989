package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.ConfigSource;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.ConfigValue;

/** MicroProfile Config as the one source of settings: files, environment and system properties by the server's rules. */
record MicroProfileSettings(Config config) {
    private static final String NAME = "MicroProfile Config";
    private static final String PREFIX = "kernel.";
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{([^${}:]+)");
    private static final String FILE = "microprofile-config";
    /** Of {@code META-INF/microprofile-config.properties}, by the specification. */
    private static final int ORDINAL_OF_FILE = 100;
    /** Open Liberty's own. */
    private static final String LIBERTY = "kernel.launch.time";

    /** {@return the settings of the application whose class loader is the calling thread's} */
    static MicroProfileSettings ofApplication() {
        return new MicroProfileSettings(ConfigProvider.getConfig());
    }

    /**
     * {@return the settings, with the default in place of each wrong one}
     *
     * @param problems told of everything that is wrong
     */
    KernelConfig read(Consumer<Problem> problems) {
        return KernelConfig.read(
                problems, ConfigSource.lookup(NAME, this::find, this::origin, ownKeys()), keysOfSystemProperties());
    }

    /**
     * {@return the value of a key}
     *
     * @throws ConfigurationException if it is an expression that leads nowhere; not set would mean the default, in silence
     */
    Optional<String> find(String key) {
        Optional<String> found = config.getOptionalValue(key, String.class);
        if (found.isEmpty()) {
            ConfigValue value = config.getConfigValue(key);
            String raw = value.getRawValue();
            String expressions = raw == null ? "" : expressions(raw);
            if (!expressions.isEmpty()) {
                throw new ConfigurationException(List.of(new Problem(
                        key,
                        expressions,
                        origin(key),
                        "must be an expression whose parts are set: one of them is not")));
            }
        }
        return found;
    }

    /** {@return the names in an expression alone: what stands around them, or is their default, may be a secret} */
    private static String expressions(String raw) {
        return EXPRESSION
                .matcher(raw)
                .results()
                .map(found -> "${" + found.group(1) + "}")
                .collect(Collectors.joining(", "));
    }

    private String origin(String key) {
        String source = config.getConfigValue(key).getSourceName();
        return source == null ? NAME : source;
    }

    /** {@return the keys of the application's own file: what others hold may be meant for other applications} */
    private Set<String> ownKeys() {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(key -> key.startsWith(PREFIX))
                .filter(this::isOwn)
                .collect(Collectors.toUnmodifiableSet());
    }

    private boolean isOwn(String key) {
        ConfigValue value = config.getConfigValue(key);
        return value.getSourceOrdinal() == ORDINAL_OF_FILE
                || String.valueOf(value.getSourceName()).contains(FILE);
    }

    /** For its list of keys alone: those that nobody knows are worth a warning. Values are the business of the first source. */
    private static ConfigSource keysOfSystemProperties() {
        Properties keys = new Properties();
        System.getProperties().stringPropertyNames().stream()
                .filter(key -> !key.equals(LIBERTY))
                .forEach(key -> keys.setProperty(key, ""));
        return ConfigSource.systemProperties(keys);
    }
}
