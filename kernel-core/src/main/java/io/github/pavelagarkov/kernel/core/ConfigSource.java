package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.core.internal.config.YamlKeys;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One place that settings come from, with the name that messages give it.
 *
 * <p>A source is asked key by key. One that can also list its keys is checked for keys that nobody knows: those of the
 * application's own file fail the start, those of the system properties are a warning. The environment is never listed,
 * because a platform puts variables there that happen to begin with {@code KERNEL_}.
 *
 * <p>Immutable; thread-safe if the lookup handed in is.
 *
 * @see <a href="SPEC.md">SPEC.md CF-1, CF-3</a>
 */
public final class ConfigSource {
    private static final String PREFIX = "kernel.";

    private enum Kind {
        SYSTEM_PROPERTIES,
        ENVIRONMENT,
        OWN_FILE
    }

    private final String name;
    private final Function<String, @Nullable String> lookup;
    private final UnaryOperator<String> origin;
    private final Set<String> keys;
    private final Kind kind;

    private ConfigSource(Kind kind, String name, Function<String, @Nullable String> lookup, Set<String> keys) {
        this(kind, name, lookup, key -> name, keys);
    }

    private ConfigSource(
            Kind kind,
            String name,
            Function<String, @Nullable String> lookup,
            UnaryOperator<String> origin,
            Set<String> keys) {
        this.kind = kind;
        this.name = Check.notNull("source name", name);
        this.lookup = lookup;
        this.origin = origin;
        this.keys = Set.copyOf(keys);
    }

    /** {@return the system properties of this process, as they are now} */
    public static ConfigSource systemProperties() {
        return systemProperties(System.getProperties());
    }

    /**
     * {@return system properties handed in, as they are now}
     *
     * @param properties the properties
     */
    public static ConfigSource systemProperties(Properties properties) {
        Map<String, String> copy = ownKeys(asMap(properties));
        return new ConfigSource(Kind.SYSTEM_PROPERTIES, "system property", copy::get, copy.keySet());
    }

    /** {@return the environment of this process} */
    public static ConfigSource environment() {
        return environment(System.getenv());
    }

    /**
     * {@return an environment handed in}
     *
     * @param variables names and values; {@code KERNEL_SHUTDOWN_BUDGET} is {@code kernel.shutdown.budget}
     */
    public static ConfigSource environment(Map<String, String> variables) {
        Map<String, String> copy = Map.copyOf(variables);
        return new ConfigSource(
                Kind.ENVIRONMENT,
                "environment",
                key -> copy.get(variable(key)),
                key -> "environment " + variable(key),
                Set.of());
    }

    /**
     * {@return the settings of a properties file in UTF-8}
     *
     * @param file the file
     * @throws KernelException if it cannot be read, naming it
     */
    public static ConfigSource file(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new KernelException("configuration file " + file + " cannot be read: " + e, e);
        }
        return properties(file.toString(), asMap(properties));
    }

    /**
     * {@return settings by their full key, in kebab-case}
     *
     * @param name what messages call this source, for instance a file name
     * @param values keys and values; those that do not begin with {@code kernel.} are left alone
     */
    public static ConfigSource properties(String name, Map<String, String> values) {
        Map<String, String> own = ownKeys(values);
        return new ConfigSource(Kind.OWN_FILE, name, own::get, own.keySet());
    }

    /**
     * {@return the tree below {@code kernel:} of a YAML file}
     *
     * <p>Keys may be kebab-case or camelCase. Where things are named, the keys of the map are the names. Lists and values
     * stand as any YAML reader yields them.
     *
     * @param name what messages call this source, for instance a file name
     * @param kernel maps, lists and values
     */
    public static ConfigSource yaml(String name, Map<String, ?> kernel) {
        return properties(name, YamlKeys.flatten(kernel));
    }

    /**
     * {@return settings asked from another configuration system}
     *
     * @param name what messages call this source
     * @param lookup yields the value of a key, empty if there is none
     * @param origin yields where a person finds the value of a key, for messages
     * @param ownKeys the keys that the application's own file sets, to find those that nobody knows
     */
    public static ConfigSource lookup(
            String name, Function<String, Optional<String>> lookup, UnaryOperator<String> origin, Set<String> ownKeys) {
        Map<String, String> own = new TreeMap<>();
        ownKeys.forEach(key -> own.put(key, ""));
        return new ConfigSource(
                Kind.OWN_FILE,
                name,
                key -> lookup.apply(key).orElse(null),
                origin,
                ownKeys(own).keySet());
    }

    /** {@return what messages call this source} */
    public String name() {
        return name;
    }

    /**
     * {@return the value this source has for a key}
     *
     * @param key the full key in kebab-case
     */
    public Optional<String> find(String key) {
        return Optional.ofNullable(lookup.apply(key));
    }

    /** {@return the keys beginning with {@code kernel.} that are to be known} */
    public Set<String> keys() {
        return keys;
    }

    /** {@return whether a key that nobody knows is a problem here, not only a warning} */
    public boolean refusesUnknownKeys() {
        return kind == Kind.OWN_FILE;
    }

    /**
     * {@return where a person finds the value: this source, and in an environment the variable}
     *
     * @param key the full key
     */
    public String origin(String key) {
        return origin.apply(key);
    }

    /**
     * {@return the environment variable of a key}
     *
     * @param key the full key
     */
    public static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private static Map<String, String> ownKeys(Map<String, String> values) {
        Map<String, String> own = new TreeMap<>(values);
        own.keySet().removeIf(key -> !key.startsWith(PREFIX));
        return own;
    }

    private static Map<String, String> asMap(Properties properties) {
        Map<String, String> map = new TreeMap<>();
        // Not the entry set: it skips the defaults a Properties may carry.
        properties.stringPropertyNames().forEach(key -> map.put(key, properties.getProperty(key, "")));
        return map;
    }

    @Override
    public String toString() {
        return name;
    }
}
