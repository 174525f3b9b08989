package io.github.pavelagarkov.kernel.core.servlet;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.dashboard.Dashboard;
import io.github.pavelagarkov.kernel.core.dashboard.DashboardAnswer;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/**
 * The page as a servlet, to be mapped to a path and all below it, such as {@code /kernel/*}. Whoever reaches it may see it:
 * it belongs on a port for operators, or behind a security constraint. Thread-safe.
 */
public final class DashboardServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient Dashboard dashboard;

    /**
     * Creates the servlet.
     *
     * @param dashboard what is shown
     */
    public DashboardServlet(Dashboard dashboard) {
        this.dashboard = Check.notNull("dashboard", dashboard);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        DashboardAnswer answer = dashboard.answer(
                request.getMethod(), Optional.ofNullable(request.getPathInfo()).orElse(""));
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        byte[] body = answer.body();
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
