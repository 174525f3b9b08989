package io.github.pavelagarkov.kernel.core.rest;

import io.github.pavelagarkov.kernel.core.HttpSettings;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The body of an error: a problem by RFC 9457, or a line of text. */
final class ErrorBody {
    private static final String PROBLEM = "application/problem+json";

    private ErrorBody() {}

    /** Not by a wildcard: browsers and curl accept everything and can do nothing with it. */
    static boolean isProblem(HttpSettings.Problem when, @Nullable HttpHeaders request) {
        return switch (when) {
            case ALWAYS -> true;
            case NEVER -> false;
            case ACCEPTED -> {
                @Nullable String accept = request == null ? null : request.getHeaderString(HttpHeaders.ACCEPT);
                yield accept != null && accept.toLowerCase(Locale.ROOT).contains(PROBLEM);
            }
        };
    }

    /**
     * {@return the response}
     *
     * @param id a valid correlation id, which needs no escaping
     */
    static Response response(int status, String id, boolean problem) {
        String title = status == 400 ? "Bad Request" : "Internal Server Error";
        // By hand: three known words need no JSON library, which a server may not have.
        return problem
                ? Response.status(status)
                        .type(PROBLEM)
                        .entity("{\"title\":\"" + title + "\",\"status\":" + status + ",\"correlation_id\":\"" + id
                                + "\"}")
                        .build()
                : Response.status(status)
                        .type(MediaType.TEXT_PLAIN_TYPE.withCharset("utf-8"))
                        .entity(title + ", correlation id " + id + "\n")
                        .build();
    }
}
