package io.github.pavelagarkov.kernel.clickhouse;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.Secret;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDBC URL of ClickHouse without credentials, and without what {@link ClickHouseSettings} says. Immutable.
 *
 * @param text the URL
 */
public record ClickHouseUrl(String text) {
    /** How it is written. */
    public static final String FORM =
            "jdbc:clickhouse:[http:|https:]//host[:port][/database][?parameters], without user and password";

    private static final String PREFIX = "jdbc:clickhouse:";
    private static final String HOST = "(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::\\d{1,5})?";
    private static final Pattern PATTERN =
            Pattern.compile(PREFIX + "(?:https?:)?//" + HOST + "(?:/[A-Za-z0-9_.-]*)?(?:\\?(?<parameters>[^#\\s]*))?");
    private static final Pattern HARMLESS =
            Pattern.compile(PREFIX + "(?:https?:)?//" + HOST + "(/[A-Za-z0-9_.-]*)?(?=$|\\?)");
    private static final List<String> CREDENTIALS = List.of("user", "password", "token", "secret", "access_key");
    /** What the settings say, or what makes them true. */
    private static final Set<String> OURS = Set.of(
            "socket_timeout",
            "connection_timeout",
            "connect_timeout",
            "connection_request_timeout",
            "max_open_connections",
            "client_name",
            "compress",
            "decompress",
            "compression.method",
            "retry",
            "client_retry_on_failures",
            "async");

    /**
     * Checks it.
     *
     * @throws IllegalArgumentException if it is written otherwise; without a secret
     */
    public ClickHouseUrl {
        text = Check.notNull("clickhouse url", text).strip();
        Matcher matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            throw wrong(text, "");
        }
        for (String name : names(matcher.group("parameters"))) {
            for (String word : CREDENTIALS) {
                // Not the name: without a "=" it is all of the parameter.
                if (name.contains(word)) {
                    throw wrong(
                            text, ": say credentials beside it, not in a parameter with '" + word + "' in its name");
                }
            }
            if (OURS.contains(name)) {
                throw wrong(text, ": the settings of the pool decide what its parameter " + name + " says");
            }
        }
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException(
                "url must be " + FORM + ", was '" + Check.printable(masked(text)) + "'" + why);
    }

    private static List<String> names(String parameters) {
        return parameters == null
                ? List.of()
                : Arrays.stream(parameters.split("&", -1))
                        .map(part -> part.replaceFirst("=.*$", "").toLowerCase(Locale.ROOT))
                        .toList();
    }

    /** {@return protocol, host and database, without the parameters} */
    public String address() {
        return text.replaceFirst("^jdbc:", "").replaceFirst("\\?.*$", "");
    }

    /** {@return the database; empty for that of the user} */
    public Optional<String> database() {
        String path = address().replaceFirst("^.*//[^/]*/?", "");
        return path.isEmpty() ? Optional.empty() : Optional.of(path);
    }

    /**
     * {@return the text with everything hidden that is or may be a credential, however broken the text is}
     *
     * @param text the URL
     */
    public static String masked(String text) {
        Matcher harmless = HARMLESS.matcher(text);
        String shown = harmless.lookingAt() ? harmless.group() : text.startsWith(PREFIX) ? PREFIX : "";
        return shown + (shown.length() < text.length() ? Secret.MASK : "");
    }

    /** {@return the URL without its parameters} */
    @Override
    public String toString() {
        return masked(text);
    }
}
