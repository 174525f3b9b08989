package io.github.pavelagarkov.kernel.cdi.tests.rest;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;

/** Believes what a header says of the caller's role. */
@PreMatching
@Priority(Priorities.AUTHENTICATION)
public class Login implements ContainerRequestFilter {
    /** Has the role. */
    public static final String ROLE = "Test-Role";

    /** For the server. */
    public Login() {}

    @Override
    public void filter(ContainerRequestContext request) {
        String role = request.getHeaderString(ROLE);
        if (role != null) {
            request.setSecurityContext(new Caller(role));
        }
    }

    private record Caller(String role) implements SecurityContext {
        @Override
        public Principal getUserPrincipal() {
            return () -> "somebody";
        }

        @Override
        public boolean isUserInRole(String asked) {
            return asked.equals(role);
        }

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public String getAuthenticationScheme() {
            return "test";
        }
    }
}
