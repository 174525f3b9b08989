package io.github.pavelagarkov.kernel.core.dashboard;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What to send back to a browser, for whatever server it is that sends it.
 *
 * @param status of HTTP
 * @param headers all there are to set, {@code Content-Type} among them
 * @param text the body; empty also where the request was {@code HEAD}, whose length is that of nothing
 */
public record DashboardAnswer(int status, Map<String, String> headers, String text) {
    /** Copies the map. */
    public DashboardAnswer {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** {@return the body as it is sent} */
    public byte[] body() {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
