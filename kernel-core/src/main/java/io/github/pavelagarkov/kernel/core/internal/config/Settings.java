package io.github.pavelagarkov.kernel.core.internal.config;

import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.ConfigSource;
import io.github.pavelagarkov.kernel.core.KernelConfig.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One pass over the sources: finds and parses values, and collects what goes wrong instead of stopping at it.
 *
 * <p>Not thread-safe: lives for one reading.
 */
final class Settings {
    static final String DEFAULT = "default";
    /** Types with so much inside that what is allowed does not say what is wrong. */
    private static final Set<ValueType<?>> SAY_MORE =
            Set.of(ValueType.REDIS_URI, ValueType.POSTGRES_URL, ValueType.CRON);

    private final List<ConfigSource> sources;
    // Sets and maps, because several elections read the same defaults.
    private final Set<Problem> problems = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();
    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private int refusals;

    Settings(List<ConfigSource> sources) {
        this.sources = sources;
    }

    /** A value as it stands in a source. */
    record Given(String key, String text, String source) {}

    /** {@return what the strongest source with this key says; an empty text there hides the others} */
    Optional<Given> given(String key) {
        for (ConfigSource source : sources) {
            Optional<String> text = find(key, source);
            if (text.isPresent()) {
                return text.map(String::trim)
                        .filter(trimmed -> !trimmed.isEmpty())
                        .map(trimmed -> new Given(key, trimmed, source.origin(key)));
            }
        }
        return Optional.empty();
    }

    /** A source may find that a value is none, an expression that leads nowhere for instance. */
    private Optional<String> find(String key, ConfigSource source) {
        try {
            return source.find(key);
        } catch (ConfigurationException e) {
            e.problems().forEach(this::refuse);
            return Optional.empty();
        }
    }

    /** {@return the value of a key that has no name in it; empty if it is not set or wrong} */
    <T> Optional<T> read(ConfigKey<T> key) {
        Optional<Given> given = given(key.pattern());
        if (given.isEmpty()) {
            settings.put(key.pattern(), new Setting(key.pattern(), key.fallback(), DEFAULT));
        }
        return given.flatMap(found -> parse(key, found));
    }

    /** {@return the names that any source lists, so that a stronger list takes back no weaker setting} */
    List<String> readUnion(ConfigKey<List<String>> key) {
        Set<String> all = new LinkedHashSet<>(read(key).orElse(List.of()));
        for (ConfigSource source : sources) {
            source.find(key.pattern())
                    .map(String::trim)
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> all.addAll(parse(key, new Given(key.pattern(), text, source.name()))
                            .orElse(List.of())));
        }
        settings.put(key.pattern(), new Setting(key.pattern(), String.join(",", all), "all sources"));
        return List.copyOf(all);
    }

    /** {@return the value of what was found; empty, with a problem noted, if it is wrong} */
    <T> Optional<T> parse(ConfigKey<T> key, Given given) {
        String shown = key.type().shown().apply(given.text());
        settings.put(given.key(), new Setting(given.key(), shown, given.source()));
        try {
            return Optional.of(key.type().parse().apply(given.text()));
        } catch (IllegalArgumentException e) {
            refuse(new Problem(given.key(), shown, given.source(), "must be " + allowed(key, given, e)));
            return Optional.empty();
        }
    }

    private static String allowed(ConfigKey<?> key, Given given, IllegalArgumentException e) {
        String reason = e.getMessage() == null ? "" : e.getMessage();
        boolean saysMore = SAY_MORE.contains(key.type());
        String allowed = saysMore && !reason.equals(key.type().allowed())
                ? reason + " (" + key.type().allowed() + ")"
                : key.type().allowed();
        return given.text().matches("(tcp|udp|sctp)://.*") && given.source().startsWith("environment")
                ? allowed + "; Kubernetes sets this variable for a Service of that name: set enableServiceLinks: false"
                : allowed;
    }

    void note(Setting setting) {
        settings.putIfAbsent(setting.key(), setting);
    }

    void refuse(Problem problem) {
        problems.add(problem);
        refusals++;
    }

    void warn(String warning) {
        warnings.add(warning);
    }

    /** {@return how often something was refused so far, repetitions included} */
    int refusals() {
        return refusals;
    }

    List<ConfigSource> sources() {
        return sources;
    }

    List<Setting> settings() {
        return settings.values().stream()
                .sorted(Comparator.comparing(Setting::key))
                .toList();
    }

    List<String> warnings() {
        return new ArrayList<>(warnings);
    }

    /** {@return what is wrong, in the order of the keys} */
    List<Problem> problems() {
        return problems.stream().sorted(Comparator.comparing(Problem::key)).toList();
    }
}
