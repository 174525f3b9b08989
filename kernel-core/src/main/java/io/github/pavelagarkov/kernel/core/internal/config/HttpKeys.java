package io.github.pavelagarkov.kernel.core.internal.config;

import static io.github.pavelagarkov.kernel.core.internal.config.ValueType.choice;

import io.github.pavelagarkov.kernel.core.HttpSettings;
import java.util.List;

/** The rows of {@link ConfigKeys} that are about HTTP. */
final class HttpKeys {
    static final ConfigKey<HttpSettings.AccessLog> ACCESS_LOG = new ConfigKey<>(
            "kernel.http.access-log",
            choice(HttpSettings.AccessLog.class),
            "auto",
            "Whether each request gets a line in the log; auto: unless the host has a request log itself, as Dropwizard.");
    static final ConfigKey<List<String>> ACCESS_LOG_SKIP = new ConfigKey<>(
            "kernel.http.access-log-skip",
            ValueType.PATHS,
            "none",
            "Paths that get no line, as clients see them, such as /api/health; /api/internal/* is all below it.");
    static final ConfigKey<HttpSettings.Problem> PROBLEM = new ConfigKey<>(
            "kernel.http.problem",
            choice(HttpSettings.Problem.class),
            "accepted",
            "When the body of an uncaught error is application/problem+json (RFC 9457): accepted means that the client names it.");

    static final List<ConfigKey<?>> ALL = List.of(ACCESS_LOG, ACCESS_LOG_SKIP, PROBLEM);

    private HttpKeys() {}

    static HttpSettings read(Settings settings) {
        return new HttpSettings(
                settings.read(ACCESS_LOG).orElse(HttpSettings.AccessLog.AUTO),
                settings.read(ACCESS_LOG_SKIP).orElse(List.of()),
                settings.read(PROBLEM).orElse(HttpSettings.Problem.ACCEPTED));
    }
}
