package io.github.pavelagarkov.kernel.core.internal.job;

import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts configuration into texts: {@code {key}} and {@code {key:default}}. */
final class Placeholders {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}:]+)(?::([^{}]*))?}");

    private Placeholders() {}

    /**
     * {@return the text with all placeholders filled}
     *
     * @throws IllegalArgumentException if a key has neither value nor default
     */
    static String fill(String text, Function<String, Optional<String>> config) {
        Matcher matcher = PLACEHOLDER.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            String key = matcher.group(1).trim();
            String value = config.apply(key).orElse(matcher.group(2));
            if (value == null) {
                throw new IllegalArgumentException("set " + key + ", or give a default as {" + key + ":...}");
            }
            matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(filled).toString().trim();
    }
}
