package io.github.pavelagarkov.kernel.core.dashboard;

import io.github.pavelagarkov.kernel.Check;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The page that answers why, for whatever server shows it: takes a method and a path, and says what to send back. The hosts
 * do so by themselves, as {@code kernel.dashboard.*} says. With a server of your own:
 *
 * <pre>{@code
 * Dashboard dashboard = kernel.dashboard().orElseThrow();
 * DashboardAnswer answer = dashboard.answer(request.method(), request.pathBelow("/kernel"));
 * }</pre>
 *
 * <p>It can be looked at and nothing else: every method but {@code GET} and {@code HEAD} is refused. Who may look is the
 * business of the server. Thread-safe; never waits for a backend.
 */
public final class Dashboard {
    private static final String PAGE = "/";
    private static final String STATUS = "/status.json";

    private final DashboardSettings settings;
    private final Supplier<KernelStatus> status;
    private final DashboardPage page = DashboardPage.load();

    /**
     * Creates the page of a kernel.
     *
     * @param settings where it is to be
     * @param status the kernel at the moment of the call
     */
    public Dashboard(DashboardSettings settings, Supplier<KernelStatus> status) {
        this.settings = Check.notNull("dashboard settings", settings);
        this.status = Check.notNull("status", status);
    }

    /** {@return where it is: at the admin port only if the host has one for operators alone} */
    public DashboardSettings settings() {
        return settings;
    }

    /** {@return the kernel at this moment} */
    public KernelStatus status() {
        return status.get();
    }

    /**
     * {@return what to send back}
     *
     * @param method of HTTP, in capitals
     * @param path below that of the page, decoded, without the query: empty or {@code /} for the page
     */
    public DashboardAnswer answer(String method, String path) {
        // Actions would begin here: POST with a header that no foreign page can send, and an event for each.
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return refuse(405, Map.of("Allow", "GET, HEAD"), "the page can be looked at and nothing else");
        }
        DashboardAnswer answer = switch (path) {
            case "", PAGE ->
                answer(200, Map.of("Content-Security-Policy", page.policy()), "text/html; charset=utf-8", page.html());
            case STATUS -> answer(200, Map.of(), "application/json", StatusJson.of(status()));
            default -> refuse(404, Map.of(), "there is " + PAGE + " and " + STATUS);
        };
        return method.equals("HEAD") ? new DashboardAnswer(answer.status(), answer.headers(), "") : answer;
    }

    /**
     * {@return a refusal with the same headers as every answer}
     *
     * @param status of HTTP
     * @param why for people
     */
    public static DashboardAnswer refuse(int status, String why) {
        return refuse(status, Map.of(), why);
    }

    private static DashboardAnswer refuse(int status, Map<String, String> headers, String why) {
        return answer(status, headers, "text/plain; charset=utf-8", why + "\n");
    }

    private static DashboardAnswer answer(int status, Map<String, String> more, String type, String text) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", type);
        headers.put("Cache-Control", "no-store");
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-Frame-Options", "DENY");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.putAll(more);
        return new DashboardAnswer(status, headers, text);
    }
}
