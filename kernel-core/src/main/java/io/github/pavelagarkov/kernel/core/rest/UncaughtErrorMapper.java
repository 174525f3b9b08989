package io.github.pavelagarkov.kernel.core.rest;

import io.github.pavelagarkov.kernel.core.HttpSettings;
import io.github.pavelagarkov.kernel.core.log.CorrelationId;
import io.github.pavelagarkov.kernel.core.log.LogContext;
import io.github.pavelagarkov.kernel.core.log.RequestLog;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers what nobody else maps: every mapper for a nearer type is asked first, and so is another for Throwable. The text of
 * the error goes into the log and nowhere else. Thread-safe.
 */
final class UncaughtErrorMapper implements ExceptionMapper<Throwable> {
    private static final int FIRST_SERVER_ERROR = 500;

    private final HttpSettings.Problem problem;
    private final RequestLog log;

    /** Of the request that is being answered; set once, by the server. */
    @Context
    private @Nullable HttpHeaders headers;

    UncaughtErrorMapper(HttpSettings.Problem problem, RequestLog log) {
        this.problem = problem;
        this.log = log;
    }

    @Override
    public Response toResponse(Throwable error) {
        @Nullable HttpHeaders request = headers;
        // The filter has put it there; without it, whoever asks may still say what the log line says.
        String id = request == null
                ? CorrelationId.generate()
                : Headers.correlationId(request.getRequestHeaders()).orElseGet(CorrelationId::generate);
        if (error instanceof WebApplicationException meant) {
            Response response = meant.getResponse();
            if (response.getStatus() >= FIRST_SERVER_ERROR) {
                failed(id, error);
            }
            return response;
        }
        int status = UnreadableEntity.isIn(error) ? 400 : FIRST_SERVER_ERROR;
        if (status == FIRST_SERVER_ERROR) {
            failed(id, error);
        } else {
            log.broken(KernelRestFeature.COMPONENT, id, Optional.of(error));
        }
        return ErrorBody.response(status, id, ErrorBody.isProblem(problem, request));
    }

    /** An asynchronous error comes on a thread that knows nothing of the request. */
    private void failed(String id, Throwable error) {
        try (ContextCarrier.Scope opened = LogContext.open(id)) {
            log.failed(KernelRestFeature.COMPONENT, id, error);
        }
    }
}
