package io.github.pavelagarkov.kernel.dropwizard;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.pavelagarkov.kernel.core.ConfigSource;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The block of the YAML file with kernel's settings.
 *
 * <pre>{@code
 * kernel:
 *   application: shop
 *   redis:
 *     uri: redis://localhost:6379
 *   shutdown:
 *     drainDelay: 5s
 *   leader:
 *     billing:
 *       lease: 10s
 *   jobs:
 *     settle:
 *       every: 30s
 * }</pre>
 *
 * <p>Keys may be camelCase or kebab-case; they, their values and their defaults are those of every host (CF-1). System
 * properties and environment variables win over the file. Immutable and thread-safe.
 */
public final class KernelFactory {
    private final Map<String, Object> tree;

    /** Creates an empty block: the default of every setting. */
    public KernelFactory() {
        this(Map.of());
    }

    /**
     * Takes a block as any YAML reader yields it. It is not checked here, so that every problem can be told at once.
     *
     * @param tree maps, lists and values below {@code kernel:}
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public KernelFactory(Map<String, Object> tree) {
        this.tree = new LinkedHashMap<>(tree);
    }

    /** For Dropwizard, which turns a default configuration into a tree and back to put overrides on it. */
    @JsonValue
    Map<String, Object> tree() {
        return Collections.unmodifiableMap(tree);
    }

    /**
     * {@return the settings that hold}
     *
     * @throws io.github.pavelagarkov.kernel.ConfigurationException with every problem, if there is any
     */
    public KernelConfig build() {
        return KernelConfig.read(sources());
    }

    /** {@return where the settings are, the strongest first} */
    ConfigSource[] sources() {
        return new ConfigSource[] {
            ConfigSource.systemProperties(), ConfigSource.environment(), ConfigSource.yaml("configuration file", tree)
        };
    }

    /** {@return the areas that are set; no values, for some are secret} */
    @Override
    public String toString() {
        return "KernelFactory" + tree.keySet();
    }
}
