package io.github.pavelagarkov.kernel.core.log;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the line of a request says. Immutable.
 *
 * @param component for instance {@code http}
 * @param method of the request
 * @param target what was asked for
 * @param status of the response, as the protocol calls it
 * @param complete whether the client got the whole answer, as far as this side can tell
 * @param bytes how large the body was; empty if nobody counted
 * @param took how long it took
 * @param correlationId of the request
 */
public record RequestLine(
        String component,
        String method,
        Target target,
        String status,
        boolean complete,
        OptionalLong bytes,
        Duration took,
        String correlationId) {
    /**
     * What was asked for.
     *
     * @param route the template that matched, for instance {@code /orders/{id}}
     * @param path in place of it where nothing matched; not trusted, so cut and made printable
     */
    public record Target(Optional<String> route, String path) {
        /**
         * {@return the target of a request that matched}
         *
         * @param template holds nothing from the client
         */
        public static Target route(String template) {
            return new Target(Optional.of(template), "");
        }

        /**
         * {@return the target of a request that matched nothing, or nobody knows what}
         *
         * @param path without the query, which may hold secrets
         */
        public static Target path(String path) {
            return new Target(Optional.empty(), Check.printable(path));
        }

        private String text() {
            return route.orElse(path);
        }
    }

    LogEntry entry() {
        Map<String, Object> args = new LinkedHashMap<>();
        args.put("method", Check.printable(method));
        args.put(target.route().isPresent() ? "route" : "path", target.text());
        args.put("status", status);
        bytes.ifPresent(size -> args.put("bytes", size));
        return new LogEntry(
                component,
                operation(),
                args,
                Optional.of(complete ? "complete" : "broken off"),
                Optional.empty(),
                Optional.of(took));
    }

    private String operation() {
        return Check.printable(method) + " " + target.text();
    }

    String message() {
        return component + " " + operation() + ": " + status + (complete ? "" : ", broken off") + " after "
                + Durations.text(took)
                + (bytes.isPresent() ? ", " + bytes.getAsLong() + " bytes" : "")
                + ", correlation id " + correlationId;
    }
}
