package io.github.pavelagarkov.kernel.conformance.rest;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** A mapper of the application. */
@Provider
public class SuiteExceptionMapper implements ExceptionMapper<SuiteException> {
    /** For the server. */
    public SuiteExceptionMapper() {}

    @Override
    public Response toResponse(SuiteException error) {
        return Response.status(409).entity("mapped by the application").build();
    }
}
