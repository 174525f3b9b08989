package io.github.pavelagarkov.kernel.core.internal.config;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Turns the tree of a YAML file into full keys, with the names of things as a list. */
public final class YamlKeys {
    private static final Set<String> NAMED_AREAS = ConfigKeys.all().stream()
            .filter(ConfigKey::isNamed)
            .map(key -> key.pattern().split("\\.", -1)[1])
            .collect(toSet());

    private YamlKeys() {}

    /**
     * {@return values by full key in kebab-case}
     *
     * @param kernel the tree below {@code kernel:}
     */
    public static Map<String, String> flatten(Map<String, ?> kernel) {
        Map<String, String> flat = new LinkedHashMap<>();
        Map<String, Set<String>> names = new TreeMap<>();
        walk("kernel", 1, kernel, flat, names);
        names.forEach((area, found) -> flat.putIfAbsent("kernel." + area + ".names", String.join(",", found)));
        return flat;
    }

    private static void walk(
            String path, int depth, Map<?, ?> tree, Map<String, String> flat, Map<String, Set<String>> names) {
        String area = path.substring(path.lastIndexOf('.') + 1);
        boolean keysAreNames = depth == 2 && NAMED_AREAS.contains(area);
        for (Map.Entry<?, ?> entry : tree.entrySet()) {
            String part = String.valueOf(entry.getKey());
            Object value = entry.getValue();
            boolean isName = keysAreNames
                    && (value instanceof Map || (value == null && !isSetting(path, part)))
                    && !isReserved(part);
            if (isName) {
                names.computeIfAbsent(area, key -> new TreeSet<>()).add(part);
            }
            // A name stays as it is: kebab-case would turn it into another one.
            String kebab = path + "." + (isName ? part : kebab(part));
            // Both spellings in one map: the second keeps its own and is then an unknown key.
            String key = tree.containsKey(kebab(part)) ? path + "." + part : kebab;
            if (value instanceof Map<?, ?> below) {
                walk(key, depth + 1, below, flat, names);
            } else if (!isName) {
                flat.put(key, text(value));
            }
        }
    }

    private static boolean isReserved(String part) {
        return part.equals(ConfigKeys.DEFAULTS) || part.equals("names");
    }

    /** A setting without a value, as {@code kernel.postgres.url}, is no name of a thing without settings. */
    private static boolean isSetting(String path, String part) {
        String key = path + "." + kebab(part);
        return ConfigKeys.all().stream().anyMatch(row -> row.pattern().equals(key));
    }

    private static String text(@Nullable Object value) {
        if (value instanceof Collection<?> list) {
            return list.stream().map(String::valueOf).collect(joining(","));
        }
        return value == null ? "" : value.toString();
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
