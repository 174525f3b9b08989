package io.github.pavelagarkov.kernel.core.internal.config;

import io.github.pavelagarkov.kernel.Secret;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDBC URL of PostgreSQL without credentials.
 *
 * @param text the URL
 */
public record PostgresUrl(String text) {
    /** How it is written. */
    public static final String FORM =
            "jdbc:postgresql://host[:port][,host[:port]]/database[?parameters], without user and password";

    private static final String HOST = "(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::\\d{1,5})?";
    // No user@host: the driver takes it for a part of the host's name.
    private static final Pattern PATTERN = Pattern.compile(
            "jdbc:postgresql://" + HOST + "(?:," + HOST + ")*/[^/?#@\\s]*(?:\\?(?<parameters>[^#\\s]*))?");
    private static final Pattern CREDENTIAL = Pattern.compile("(?:^|&)(?:user|password|sslpassword)=");
    private static final Pattern HARMLESS =
            Pattern.compile("jdbc:postgresql://[A-Za-z0-9._:,\\[\\]-]+(/[A-Za-z0-9_-]*)?(?=$|\\?)");

    /**
     * {@return the checked URL}
     *
     * @param text the URL
     * @throws IllegalArgumentException if it is written otherwise; without a secret
     */
    public static PostgresUrl parse(String text) {
        Matcher matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(FORM);
        }
        String parameters = matcher.group("parameters");
        if (parameters != null
                && CREDENTIAL.matcher(parameters.toLowerCase(Locale.ROOT)).find()) {
            throw new IllegalArgumentException(
                    "no user or password in it: say them with username and password beside it");
        }
        return new PostgresUrl(text);
    }

    /** {@return hosts and database, without the parameters} */
    public String address() {
        return text.replaceFirst("^jdbc:", "").replaceFirst("\\?.*$", "");
    }

    /**
     * {@return what a parameter of the URL says, as it is written there}
     *
     * @param name of the parameter
     */
    public Optional<String> parameter(String name) {
        int parameters = text.indexOf('?');
        if (parameters < 0) {
            return Optional.empty();
        }
        return Arrays.stream(text.substring(parameters + 1).split("&", -1))
                .filter(part -> part.startsWith(name + "="))
                .map(part -> part.substring(name.length() + 1))
                .findFirst();
    }

    /**
     * {@return the text with everything hidden that is or may be a credential, however broken the text is}
     *
     * @param text the URL
     */
    public static String masked(String text) {
        try {
            return parse(text).text();
        } catch (IllegalArgumentException e) {
            Matcher harmless = HARMLESS.matcher(text);
            String shown = harmless.lookingAt()
                    ? harmless.group()
                    : text.startsWith("jdbc:postgresql://") ? "jdbc:postgresql://" : "";
            return shown + (shown.length() < text.length() ? Secret.MASK : "");
        }
    }
}
