package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckApplication.Behaviour;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.TckHost.Settings;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;

/**
 * HT: what a host does around HTTP requests. Give the suite a host with {@link Capability#HTTP} whose {@code http()} is the
 * address of a REST application with these resources, all for GET unless it says otherwise:
 *
 * <ul>
 *   <li>{@code suite/context}: the log context of the request as text, {@code {correlation_id=…}}
 *   <li>{@code suite/items/{item}}; {@code suite/items} for POST; {@code suite/shelves/{shelf}/books/{book}}, by way of a
 *       sub-resource; {@code suite/empty}: no content
 *   <li>{@code suite/throws}, {@code suite/error}: throw an exception, an error, both with {@link #SECRET} as their message;
 *       {@code suite/async-throws}: the same from another thread
 *   <li>{@code suite/teapot}: throws what makes a response with status 418 and {@code short and stout}; {@code suite/mapped}:
 *       throws what a mapper of the application answers with 409
 *   <li>{@code suite/async}, {@code suite/stage}: answered from another thread, {@code async} from one whose log context is
 *       {@code {owner=suite}}; {@code suite/left}: the log context of that thread after it had answered the last one
 *   <li>{@code suite/leaves}: puts {@code litter} into the log context and leaves it there
 *   <li>{@code suite/stream}: 100,000 bytes; {@code suite/breaks}: fails after 100,000 bytes; {@code suite/unwritable}: fails
 *       before the first; {@code suite/slow?millis=1000}: takes that long
 * </ul>
 */
public class HostHttpRules extends HostRules {
    /** In the message of every exception of the application. */
    public static final String SECRET = "s3cr3t-of-the-suite";

    private static final String ID = "X-Correlation-ID";
    private static final String REQUEST_ID = "X-Request-ID";
    private static final String VALID = "[A-Za-z0-9._-]{1,128}";

    /** For the test engine. */
    public HostHttpRules() {}

    @BeforeEach
    void needsHttp() {
        requires(Capability.HTTP);
    }

    private TckHost.Running serving() {
        return started(Settings.of(Behaviour.WAITS).with("kernel.http.access-log", "always"));
    }

    private static URI at(TckHost.Running host, String path) {
        return URI.create(address(host.http(), "HTTP") + "/" + path);
    }

    private HttpResponse<String> get(TckHost.Running host, String path, Map<String, String> headers) {
        return send("GET", at(host, path), headers);
    }

    private HttpResponse<String> get(TckHost.Running host, String path, String id) {
        return get(host, path, Map.of(ID, id));
    }

    private static String echoed(HttpResponse<?> response) {
        List<String> values = response.headers().allValues(ID);
        assertThat(values).as("%s of the response to %s", ID, response.uri()).hasSize(1);
        return values.get(0);
    }

    private static String unique() {
        return "suite-" + UUID.randomUUID();
    }

    /** Look at what the request filter reads, and whether it comes before everything else. */
    @Rule("HT-1")
    void ht1_aValidIdIsTakenShownAndEchoed() {
        TckHost.Running host = serving();

        HttpResponse<String> own = get(host, "suite/context", "A.b_c-9");
        HttpResponse<String> other = get(host, "suite/context", Map.of(REQUEST_ID, "r-1"));
        HttpResponse<String> both = get(host, "suite/context", Map.of(ID, "c-2", REQUEST_ID, "r-2"));
        HttpResponse<String> none = get(host, "suite/context", Map.of());

        assertThat(Stream.of(own, other, both).map(HostHttpRules::echoed))
                .as("the ids of the responses")
                .containsExactly("A.b_c-9", "r-1", "c-2");
        assertThat(echoed(none)).as("an id that was made").matches(VALID);
        assertThat(Stream.of(own, other, both, none).map(HttpResponse::body))
                .as("the log context of the resource")
                .allMatch(context -> context.contains("correlation_id"))
                .anyMatch(context -> context.contains("correlation_id=A.b_c-9"))
                .anyMatch(context -> context.contains("correlation_id=" + echoed(none)));
    }

    /** Look at the check of ids from outside: the whole value, by an allow-list, before it is used for anything. */
    @Rule("HT-1")
    void ht1_aRefusedIdIsReplacedAndNeverLogged() {
        TckHost.Running host = serving();
        String raw = "s3cr3t-raw";

        List<String> hostile = List.of(
                raw + " b",
                raw + "%0d%0aERROR forged",
                raw + "x".repeat(128),
                "${" + raw + "}",
                "<" + raw + ">",
                raw + ",b");
        for (String id : hostile) {
            for (String header : List.of(ID, REQUEST_ID)) {
                HttpResponse<String> response = get(host, "suite/throws", Map.of(header, id));
                assertThat(echoed(response))
                        .as("the id in place of '%s'", id)
                        .matches(VALID)
                        .doesNotContain(raw);
            }
        }

        assertThat(linesToTheEnd(host)).as("what the host has said").noneMatch(line -> line.contains(raw));
    }

    /** Look at responses that no resource made: a filter after matching never sees those. */
    @Rule("HT-1")
    void ht1_everyResponseHasTheIdErrorsToo() {
        TckHost.Running host = serving();

        for (String path : List.of(
                "suite/empty",
                "suite/items/1",
                "suite/stream",
                "suite/async",
                "suite/stage",
                "suite/missing",
                "suite/teapot",
                "suite/mapped",
                "suite/throws",
                "suite/error",
                "suite/async-throws",
                "suite/unwritable")) {
            String id = unique();
            assertThat(echoed(get(host, path, id))).as("the id of %s", path).isEqualTo(id);
        }
        String id = unique();
        assertThat(echoed(send("POST", at(host, "suite/context"), Map.of(ID, id))))
                .as("the id of a method that is not allowed")
                .isEqualTo(id);
        assertThat(get(host, "suite/nothing-is-here", id).headers().allValues(ID))
                .as("the id of what no resource matches, which some servers answer outside of the REST application")
                .isIn(List.of(id), List.of());
    }

    /** Look at where the line is written: once, and when the body is through. */
    @Rule("HT-2")
    void ht2_oneLineSaysWhatTheClientGot() {
        TckHost.Running host = serving();
        Map<String, List<String>> said = Map.of(
                "suite/items/s3cr3t-item", List.of("GET", "/items/{item}", "200"),
                "suite/shelves/s3cr3t-item/books/7", List.of("GET", "/shelves/{shelf}/books/{book}", "200"),
                "suite/stream", List.of("GET", "/stream", "200", "100000"),
                "suite/empty", List.of("GET", "/empty", "204"),
                "suite/teapot", List.of("GET", "/teapot", "418"),
                "suite/async", List.of("GET", "/async", "200"),
                "suite/unknown", List.of("GET", "/suite/unknown", "404"));

        Map<String, String> ids = new TreeMap<>();
        for (String path : said.keySet()) {
            ids.put(path, unique());
            get(host, path, ids.get(path));
        }

        List<String> lines = linesToTheEnd(host);
        said.forEach((path, words) -> assertThat(lines.stream().filter(line -> line.contains(ids.get(path))))
                .as("lines with the id of %s", path)
                .singleElement()
                .asString()
                .contains(words)
                .doesNotContain("s3cr3t-item")
                .matches(".*\\d ?ms.*"));
    }

    /** Look at a line that is only written when all went well. */
    @Rule("HT-2")
    void ht2_aResponseThatBreaksOffHasALineToo() {
        TckHost.Running host = serving();
        String id = unique();

        // Whether the client notices is the server's affair: some end such a response as if it were whole.
        var unused = whole(at(host, "suite/breaks"), Map.of(ID, id));

        host.awaitLine("/breaks.*broken.*" + id, SOON);
        assertThat(linesToTheEnd(host).stream().filter(line -> line.matches(".*GET.*/breaks.*" + id + ".*")))
                .as("access lines with the id of a response that broke off")
                .hasSize(1);
    }

    /** Look at what a mapper for Throwable does with the message. */
    @Rule("HT-3")
    void ht3_anUncaughtErrorIsA500WithoutItsText() {
        TckHost.Running host = serving();

        for (String path : List.of("suite/throws", "suite/error", "suite/async-throws", "suite/unwritable")) {
            String id = unique();
            HttpResponse<String> response = get(host, path, id);
            assertThat(response.statusCode()).as("status of %s", path).isEqualTo(500);
            assertThat(echoed(response)).as("id of %s", path).isEqualTo(id);
            assertThat(response.body() + response.headers().map())
                    .as("what the client of %s learns", path)
                    .doesNotContain(SECRET)
                    .doesNotContain("Exception");
            host.awaitLine(id, SOON);
        }
        assertThat(String.join("\n", linesToTheEnd(host)))
                .as("what the log says of the errors")
                .contains(SECRET);
    }

    /** Look at which mapper is asked: that for Throwable comes last. */
    @Rule("HT-3")
    void ht3_whatTheApplicationMeantIsLeftAlone() {
        TckHost.Running host = serving();

        HttpResponse<String> teapot = get(host, "suite/teapot", Map.of());
        HttpResponse<String> mapped = get(host, "suite/mapped", Map.of());

        assertThat(teapot.statusCode()).isEqualTo(418);
        assertThat(teapot.body()).isEqualTo("short and stout");
        assertThat(mapped.statusCode()).isEqualTo(409);
        assertThat(mapped.body()).isEqualTo("mapped by the application");
        assertThat(get(host, "suite/unknown", Map.of()).statusCode()).isEqualTo(404);
    }

    /** Look at what is done to the log context at the end: cleared is wrong, and left alone too. */
    @Rule("HT-4")
    void ht4_aThreadGetsBackTheContextThatItHad() {
        TckHost.Running host = serving();

        for (String path : List.of("suite/async", "suite/async-throws")) {
            get(host, path, unique());
            time().until(
                            "the log context of the thread that answered is what it was before",
                            SOON,
                            () -> get(host, "suite/left", Map.of()).body().equals("{owner=suite}"));
        }
    }

    /** Look at the order of the end: readiness down, drain delay, and only then the ports; and at keep-alive. */
    @Rule("SD-12")
    void sd12_noRequestFailsWhileAHostDrains() {
        requires(Capability.HTTP_DURING_DRAIN);
        TckHost.Running host = started(Settings.of(Behaviour.WAITS)
                .with("kernel.shutdown.drain-delay", "6s")
                .with("kernel.shutdown.grace-period", "1m"));
        assertThat(failures(host, 2)).as("failed requests before the stop").isEmpty();

        host.terminate();
        // About three seconds: until a load balancer has seen that the host is not ready.
        List<String> failures = failures(host, 6);

        assertThat(failures).as("failed requests of a host that drains").isEmpty();
        assertThat(host.isAlive()).as("whether the host still drains").isTrue();
        assertThat(awaitExit(host).filter(code -> code != 0 && code != 143))
                .as("another exit code than that of a stop")
                .isEmpty();
    }

    /** {@return what went wrong in some rounds of requests at once, each round at least as long as its slowest} */
    private List<String> failures(TckHost.Running host, int rounds) {
        URI quick = at(host, "suite/items/1");
        URI slow = at(host, "suite/slow?millis=500");
        List<String> failures = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            failures.addAll(failuresOf(Stream.concat(
                            Stream.of(slow, slow), Stream.generate(() -> quick).limit(20))
                    .toList()));
            failures.addAll(failuresOf(List.of(quick, quick, quick)));
        }
        return failures;
    }

    /** Look at what a request finds that comes by the thread of another. */
    @Rule("HT-4")
    void ht4_noRequestSeesTheContextOfAnother() {
        TckHost.Running host = serving();

        for (int i = 0; i < 100; i++) {
            get(host, List.of("suite/leaves", "suite/async", "suite/throws").get(i % 3), unique());
            String id = unique();
            assertThat(get(host, "suite/context", id).body())
                    .as("the log context of a request after others")
                    .contains("correlation_id=" + id)
                    .doesNotContain("litter");
        }
    }
}
