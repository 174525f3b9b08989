package io.github.pavelagarkov.kernel.core.rest;

import io.github.pavelagarkov.kernel.core.dashboard.Dashboard;
import io.github.pavelagarkov.kernel.core.dashboard.DashboardAnswer;
import io.github.pavelagarkov.kernel.core.dashboard.DashboardSettings;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;

/**
 * The page at a path of the REST application, for those who have a role. A filter and not a resource, whose path would be
 * written into its code. Thread-safe.
 */
@PreMatching
final class DashboardFilter implements ContainerRequestFilter {
    private final Dashboard dashboard;
    private final DashboardSettings.Rest where;

    DashboardFilter(Dashboard dashboard, DashboardSettings.Rest where) {
        this.dashboard = dashboard;
        this.where = where;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String path = request.getUriInfo().getPath();
        String absolute = path.startsWith("/") ? path : "/" + path;
        if (absolute.equals(where.path()) || absolute.startsWith(where.path() + "/")) {
            String below = absolute.substring(where.path().length());
            request.abortWith(response(
                    mayLook(request.getSecurityContext())
                            ? dashboard.answer(request.getMethod(), below)
                            : refusal(request.getSecurityContext())));
        }
    }

    private boolean mayLook(SecurityContext caller) {
        return hasLoggedIn(caller) && (where.role().equals("**") || caller.isUserInRole(where.role()));
    }

    /** Some servers have a principal for nobody: with an empty name, or {@code <ANONYMOUS>} as Helidon. */
    private static boolean hasLoggedIn(SecurityContext caller) {
        Principal who = caller.getUserPrincipal();
        return who != null
                && who.getName() != null
                && !who.getName().isBlank()
                && !who.getName().equalsIgnoreCase("<ANONYMOUS>");
    }

    private static DashboardAnswer refusal(SecurityContext caller) {
        return hasLoggedIn(caller)
                ? Dashboard.refuse(403, "this needs a role that you do not have")
                : Dashboard.refuse(401, "log in to see this");
    }

    private static Response response(DashboardAnswer answer) {
        Response.ResponseBuilder response = Response.status(answer.status()).entity(answer.body());
        answer.headers().forEach(response::header);
        return response.build();
    }
}
