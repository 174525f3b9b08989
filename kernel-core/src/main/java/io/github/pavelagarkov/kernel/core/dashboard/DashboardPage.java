package io.github.pavelagarkov.kernel.core.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The one file of the page.
 *
 * @param html sent as it is
 * @param policy lets a browser run what stands in it, and nothing else
 */
record DashboardPage(String html, String policy) {
    static DashboardPage load() {
        String html = read("dashboard.html");
        return new DashboardPage(
                html,
                "default-src 'none'; style-src " + hash(html, "style") + "; script-src " + hash(html, "script")
                        + "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
                        + " frame-ancestors 'none'");
    }

    private static String read(String file) {
        try (InputStream in = DashboardPage.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("cannot happen: " + file + " is in the same archive as this class");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By hash and not by nonce: the page is the same for everybody, so nothing has to be made for each request. */
    private static String hash(String html, String element) {
        String begin = "<" + element + ">";
        int from = html.indexOf(begin) + begin.length();
        String inside = html.substring(from, html.indexOf("</" + element + ">", from));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(inside.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
