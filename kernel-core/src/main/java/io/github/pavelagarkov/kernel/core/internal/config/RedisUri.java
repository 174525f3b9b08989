package io.github.pavelagarkov.kernel.core.internal.config;

import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.core.KernelConfig.RedisAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of {@code redis://user:password@host:port/database}.
 *
 * @param address the server
 * @param username the ACL user
 * @param password the password
 */
public record RedisUri(RedisAddress address, Optional<String> username, Optional<Secret> password) {
    /** How it is written. */
    public static final String FORM = "redis://[[user]:password@]host[:port][/database], or rediss:// for TLS";

    // Not java.net.URI: it has no host for names with an underscore, and its messages quote the password.
    private static final Pattern PATTERN = Pattern.compile("(?<scheme>rediss?)://(?:(?<user>[^/?#@]*)@)?"
            + "(?<host>\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(?::(?<port>\\d{1,5}))?(?:/(?<database>\\d{0,9}))?");
    private static final Pattern SCHEME = Pattern.compile("rediss?://");
    // What can be no credential; everything after it is hidden.
    private static final Pattern HARMLESS =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(:\\d{1,5}(?![^/]))?(/\\d{1,9}$)?");

    /**
     * {@return the parts}
     *
     * @param text the URI
     * @throws IllegalArgumentException if it is written otherwise; without a secret
     */
    public static RedisUri parse(String text) {
        Matcher matcher = PATTERN.matcher(text);
        require(matcher.matches(), FORM);
        String user = matcher.group("user");
        int colon = user == null ? -1 : user.indexOf(':');
        require(user == null || colon >= 0, "redis://:password@host, with a colon before a password without user");
        return new RedisUri(
                address(matcher),
                user == null || colon == 0 ? Optional.empty() : Optional.of(decoded(user.substring(0, colon))),
                user == null ? Optional.empty() : Optional.of(password(user.substring(colon + 1))));
    }

    /**
     * {@return the text with everything hidden that is or may be a credential, however broken the text is}
     *
     * @param text the URI
     */
    public static String masked(String text) {
        Matcher scheme = SCHEME.matcher(text);
        String start = scheme.lookingAt() ? scheme.group() : "";
        String rest = text.substring(start.length());
        // The last one: an unescaped '@' or '/' of a password stays hidden.
        int at = rest.lastIndexOf('@');
        String host = rest.substring(at + 1);
        Matcher harmless = HARMLESS.matcher(host);
        String shown = harmless.lookingAt() ? harmless.group() : "";
        return start + (at < 0 ? "" : Secret.MASK + "@") + shown + (shown.length() < host.length() ? Secret.MASK : "");
    }

    private static RedisAddress address(Matcher matcher) {
        String port = matcher.group("port");
        String database = matcher.group("database");
        int portNumber = port == null ? 6379 : Integer.parseInt(port);
        require(portNumber >= 1 && portNumber <= 65_535, "a port from 1 to 65535");
        return new RedisAddress(
                "rediss".equals(matcher.group("scheme")),
                matcher.group("host"),
                portNumber,
                database == null || database.isEmpty() ? 0 : Integer.parseInt(database));
    }

    private static Secret password(String encoded) {
        require(!encoded.isEmpty(), "a password after the colon");
        return Secret.of(decoded(encoded));
    }

    private static String decoded(String text) {
        try {
            // URLDecoder is for forms, where a plus is a blank; here it is a plus.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Without the cause: its message quotes the credential.
            throw new IllegalArgumentException("credentials with '%' written as %25");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
