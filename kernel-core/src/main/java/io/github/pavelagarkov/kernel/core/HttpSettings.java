package io.github.pavelagarkov.kernel.core;

import java.util.List;

/**
 * What kernel does around the requests of a REST application.
 *
 * @param accessLog whether each request gets a line [AUTO]
 * @param accessLogSkip paths without a line, as clients see them; one that ends in {@code /*} means all below it
 * @param problem when the body of an error that nobody caught is a problem (RFC 9457) [ACCEPTED]
 * @see <a href="SPEC.md">SPEC.md HT-1 to HT-4</a>
 */
public record HttpSettings(AccessLog accessLog, List<String> accessLogSkip, Problem problem) {
    private static final String BELOW = "/*";

    /** Copies the list. */
    public HttpSettings {
        accessLogSkip = List.copyOf(accessLogSkip);
    }

    /** Whether each request gets a line. */
    public enum AccessLog {
        /** If the host writes none itself. */
        AUTO,
        /** Yes, also beside the host's own. */
        ALWAYS,
        /** No. */
        NEVER
    }

    /** When the body of an error that nobody caught is a problem (RFC 9457). */
    public enum Problem {
        /** If the client names {@code application/problem+json} among what it accepts. */
        ACCEPTED,
        /** Always. */
        ALWAYS,
        /** Never: it is a line of plain text. */
        NEVER
    }

    /**
     * {@return whether requests to a path get no line}
     *
     * @param path as the client sees it, without the query
     */
    public boolean skips(String path) {
        for (String skipped : accessLogSkip) {
            if (skipped.equals(path)
                    || (skipped.endsWith(BELOW) && path.startsWith(skipped.substring(0, skipped.length() - 1)))) {
                return true;
            }
        }
        return false;
    }
}
