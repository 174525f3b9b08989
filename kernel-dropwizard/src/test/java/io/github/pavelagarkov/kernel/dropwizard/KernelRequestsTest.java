package io.github.pavelagarkov.kernel.dropwizard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import io.dropwizard.testing.ResourceHelpers;
import io.github.pavelagarkov.kernel.conformance.rest.SuiteResource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What happens around the requests of a real Dropwizard application, in this JVM. */
final class KernelRequestsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ID = "X-Correlation-ID";
    private static final String RAW = "s3cr3t-raw";
    private static final String VALID = "[A-Za-z0-9._-]{1,128}";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Lines lines = new Lines();
    private @Nullable DropwizardTestSupport<TestConfiguration> support;

    /** All lines as JSON. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final Queue<String> all = new ConcurrentLinkedQueue<>();
        private final JsonEncoder encoder = new JsonEncoder();

        @Override
        protected void append(ILoggingEvent event) {
            all.add(new String(encoder.encode(event), StandardCharsets.UTF_8));
        }
    }

    @AfterEach
    void stop() {
        if (support != null) {
            support.after();
        }
        root.detachAppender(lines);
    }

    private int start(String... settings) throws Exception {
        return startWith(ResourceHelpers.resourceFilePath("quiet.yml"), settings);
    }

    private int startWithRequestLog(String... settings) throws Exception {
        return startWith(ResourceHelpers.resourceFilePath("requests.yml"), settings);
    }

    private int startWith(String file, String... settings) throws Exception {
        List<ConfigOverride> overrides = new ArrayList<>();
        for (int i = 0; i < settings.length; i += 2) {
            overrides.add(ConfigOverride.config(settings[i], settings[i + 1]));
        }
        support =
                new DropwizardTestSupport<>(RequestsApplication.class, file, overrides.toArray(ConfigOverride[]::new));
        support.before();
        // After Dropwizard has set up its logging, which takes others' appenders away.
        lines.encoder.setContext(root.getLoggerContext());
        lines.encoder.start();
        lines.setContext(root.getLoggerContext());
        lines.start();
        root.addAppender(lines);
        return support.getLocalPort();
    }

    private HttpResponse<String> send(int port, String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(SOON)
                .method(method, HttpRequest.BodyPublishers.ofString(method.equals("POST") ? "{broken" : ""));
        return client.send(
                (headers.length == 0 ? request : request.headers(headers)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(int port, String path, String id) throws IOException, InterruptedException {
        return send(port, "GET", path, ID, id);
    }

    private List<JsonNode> lines(String logger, String id) {
        List<JsonNode> found = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        for (String line : lines.all) {
            try {
                JsonNode node = json.readTree(line);
                if (node.path("loggerName").asText().contains(logger)
                        && node.path("mdc").path("correlation_id").asText().equals(id)) {
                    found.add(node);
                }
            } catch (IOException e) {
                throw new AssertionError("not JSON: " + line, e);
            }
        }
        return found;
    }

    private JsonNode line(String logger, String id) {
        await().atMost(SOON).until(() -> !lines(logger, id).isEmpty());
        assertThat(lines(logger, id)).hasSize(1);
        return lines(logger, id).get(0);
    }

    private static Map<String, String> fields(JsonNode line) {
        Map<String, String> fields = new TreeMap<>();
        line.path("kvpList")
                .forEach(pair -> pair.properties()
                        .forEach(field ->
                                fields.put(field.getKey(), field.getValue().asText())));
        return fields;
    }

    @Test
    void lg1_anAccessLineIsFieldsInAnyEncoder() throws Exception {
        int port = start();

        get(port, "/suite/items/7", "a-1");

        JsonNode line = line("kernel.http", "a-1");
        assertThat(fields(line))
                .containsEntry("component", "http")
                .containsEntry("operation", "GET /suite/items/{item}")
                .containsEntry("method", "GET")
                .containsEntry("route", "/suite/items/{item}")
                .containsEntry("status", "200")
                .containsEntry("bytes", "4")
                .containsEntry("result", "complete")
                .containsKey("latency_ms");
        assertThat(line.path("formattedMessage").asText() + line.path("arguments"))
                .contains("http GET /suite/items/{item}: 200 after ", ", 4 bytes, correlation id a-1");
    }

    @Test
    void ht2_dropwizardsOwnRequestLogIsNotDoubled() throws Exception {
        int port = startWithRequestLog();

        get(port, "/suite/items/7", "b-1");
        get(port, "/suite/throws", "b-2");
        await().atMost(SOON).until(() -> lines.all.stream().anyMatch(line -> line.contains("b-2")));

        assertThat(lines("kernel.http", "b-1")).isEmpty();
    }

    @Test
    void ht2_bothAreThereIfTheConfigurationSaysSo() throws Exception {
        int port = startWithRequestLog("kernel.http.accessLog", "always");

        get(port, "/suite/items/7", "c-1");

        assertThat(fields(line("kernel.http", "c-1"))).containsEntry("status", "200");
    }

    @Test
    void ht3_dropwizardsMapperAnswersAndItsLineHasTheId() throws Exception {
        int port = start();

        // An error, for which Dropwizard has no nearer mapper than that for Throwable, and neither has kernel.
        HttpResponse<String> response = get(port, "/suite/error", "d-1");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.headers().firstValue(ID)).contains("d-1");
        assertThat(response.body()).contains("It has been logged").doesNotContain(SuiteResource.SECRET);
        await().atMost(SOON).until(() -> !lines("kernel.http", "d-1").isEmpty());
        // In its own words, by a logger of its own.
        assertThat(lines("", "d-1"))
                .filteredOn(line -> line.path("level").asText().equals("ERROR"))
                .singleElement()
                .extracting(line -> line.path("loggerName").asText())
                .asString()
                .startsWith("io.dropwizard.");
        assertThat(lines("kernel.http", "d-1")).hasSize(1);
    }

    @Test
    void ht3_withoutDropwizardsMapperKernelAnswers() throws Exception {
        int port = start("server.registerDefaultExceptionMappers", "false");

        HttpResponse<String> text = get(port, "/suite/async-throws", "e-1");
        HttpResponse<String> problem =
                send(port, "GET", "/suite/throws", ID, "e-2", "Accept", "text/plain, application/problem+json");
        HttpResponse<String> unreadable =
                send(port, "POST", "/own/json", ID, "e-3", "Content-Type", "application/json");

        HttpResponse<String> refused = get(port, "/suite/throws", "a b");

        assertThat(text.body()).isEqualTo("Internal Server Error, correlation id e-1\n");
        assertThat(refused.body())
                .as("the id that was made, in the body as in the header")
                .isEqualTo("Internal Server Error, correlation id "
                        + refused.headers().firstValue(ID).orElseThrow() + "\n");
        assertThat(problem.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(problem.body())
                .isEqualTo("{\"title\":\"Internal Server Error\",\"status\":500,\"correlation_id\":\"e-2\"}");
        assertThat(unreadable.statusCode()).as("status for JSON that is none").isEqualTo(400);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(lines("kernel.http", "e-1"))
                        .extracting(line -> line.path("level").asText())
                        .containsExactly("ERROR", "INFO"));
    }

    @Test
    void ht3_failsInEveryPlaceWithOneLineAndAnId() throws Exception {
        int port = start();
        List<String> places = List.of("request", "response", "interceptor");

        for (String place : places) {
            HttpResponse<String> response =
                    send(port, "GET", "/suite/items/7", ID, "at-" + place, RequestsApplication.FAIL_AT, place);
            assertThat(response.statusCode())
                    .as("status after a failure at %s", place)
                    .isEqualTo(500);
            assertThat(response.headers().allValues(ID))
                    .as("id after a failure at %s", place)
                    .containsExactly("at-" + place);
            assertThat(response.body()).doesNotContain(SuiteResource.SECRET);
            assertThat(fields(line("kernel.http", "at-" + place))).containsEntry("status", "500");
        }
        HttpResponse<String> unwritable = get(port, "/suite/unwritable", "at-writer");
        assertThat(unwritable.statusCode()).isEqualTo(500);
        assertThat(fields(line("kernel.http", "at-writer"))).containsEntry("status", "500");
        get(port, "/suite/breaks", "at-stream");
        assertThat(fields(line("kernel.http", "at-stream")))
                .containsEntry("status", "200")
                .containsEntry("result", "broken off")
                .containsEntry("bytes", "100000");
    }

    /** Elsewhere a server may put a 500 in its place, which no filter is told of: docs/guarantees.md. */
    @Test
    void ht2_theLineOfABrokenAnswerHasTheStatusThatTheClientSaw() throws Exception {
        int port = start();

        HttpResponse<String> response = get(port, "/own/breaks-late", "at-late");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(fields(line("kernel.http", "at-late")))
                .containsEntry("status", "200")
                .containsEntry("result", "broken off")
                .containsEntry("bytes", "20000");
    }

    @Test
    void ht4_threadsOfTheServerGetBackWhatTheyHad() throws Exception {
        int port = start();
        List<String> paths = List.of("items/1", "leaves", "async", "async-throws", "stage", "throws", "breaks", "none");

        for (String path : paths) {
            get(port, "/suite/" + path, "f-1");
        }

        RequestsApplication application = support().getApplication();
        await().atMost(SOON).until(() -> application.after.size() == paths.size());
        assertThat(application.after).containsOnly(Map.of("outer", "kept"));
    }

    private DropwizardTestSupport<TestConfiguration> support() {
        return Objects.requireNonNull(support);
    }

    @Test
    void anIdFollowsARequestIntoAJobAndIntoAnotherService() throws Exception {
        int port = start();

        HttpResponse<String> job = send(port, "POST", "/own/job", ID, "g-1");
        HttpResponse<String> other = get(port, "/own/ask", "g-2");

        assertThat(job.body()).isEqualTo("g-1");
        assertThat(line("settle", "g-1").path("mdc").path("job").asText()).isEqualTo("settle");
        assertThat(other.body()).contains("correlation_id=g-2");
    }

    @Test
    void aSlowClientGetsItsLineWhenItHasEverything() throws Exception {
        int port = start();
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), port)) {
            slow.setSoTimeout(20_000);
            slow.setReceiveBufferSize(4096);
            slow.getOutputStream()
                    .write(("GET /suite/stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + ID + ": h-1\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            // Byte by byte at first: others are served meanwhile.
            for (int i = 0; i < 1000; i++) {
                assertThat(slow.getInputStream().read()).isNotNegative();
            }
            assertThat(get(port, "/suite/items/1", "h-2").statusCode()).isEqualTo(200);
            assertThat(slow.getInputStream().readAllBytes()).hasSizeGreaterThan(99_000);
        }

        assertThat(fields(line("kernel.http", "h-1"))).containsEntry("bytes", "100000");
    }

    @Test
    void aFloodOfHeadersIsRefusedAndHarmsNobody() throws Exception {
        int port = start();
        List<byte[]> floods = List.of(
                (ID + ": " + RAW + "x".repeat(100_000) + "\r\n").getBytes(StandardCharsets.US_ASCII),
                (ID + ": " + RAW + "\r\n").repeat(5_000).getBytes(StandardCharsets.US_ASCII),
                (ID + ": " + RAW + "\r\n").repeat(50).getBytes(StandardCharsets.US_ASCII));

        for (byte[] flood : floods) {
            try (RawHttp raw = new RawHttp(port)) {
                assertThat(raw.get("/suite/context", flood))
                        .satisfiesAnyOf(
                                answer -> assertThat(answer.status()).isEqualTo(431),
                                answer -> assertThat(answer.header(ID)).matches("[0-9a-v]{20}"));
            } catch (IOException e) {
                assertThat(e).as("cut off by the server").isNotNull();
            }
        }

        assertThat(get(port, "/suite/items/1", "i-1").statusCode()).isEqualTo(200);
        assertThat(lines.all).noneMatch(line -> line.contains(RAW));
    }

    @Test
    void ht1_noHeaderValueGetsThroughRaw() throws Exception {
        int port = start();
        int count = Integer.getInteger("kernel.test.header-fuzz", 10_000);
        long seed = Long.getLong("kernel.test.seed", System.nanoTime());
        Random random = new Random(seed);
        int answered = 0;
        RequestsApplication application = support().getApplication();
        try (RawHttp raw = new RawHttp(port)) {
            for (int i = 0; i < count; i++) {
                byte[] value = value(random);
                RawHttp.Answer answer = raw.get(
                        random.nextInt(20) == 0 ? "/suite/nothing" : "/own/current",
                        concat((random.nextBoolean() ? ID : "X-Request-ID") + ": ", value, "\r\n"));
                if (answer.status() == 200 || answer.status() == 404) {
                    String text = new String(value, StandardCharsets.ISO_8859_1).strip();
                    answered++;
                    assertThat(answer.header(ID))
                            .as("id of value %s, seed %s", i, seed)
                            .matches(VALID);
                    if (text.matches(VALID)) {
                        assertThat(answer.header(ID))
                                .as("id of value %s, seed %s", i, seed)
                                .isEqualTo(text);
                    } else {
                        assertThat(answer.header(ID))
                                .as("id of value %s, seed %s", i, seed)
                                .matches("[0-9a-v]{20}");
                    }
                } else {
                    assertThat(answer.status())
                            .as("status of value %s, seed %s", i, seed)
                            .isEqualTo(400);
                }
                if (i % 1_000 == 999) {
                    assertThat(lines.all).as("lines, seed %s", seed).noneMatch(line -> line.contains("~"));
                    lines.all.clear();
                    application.after.clear();
                }
            }
        }

        assertThat(answered).as("requests that were answered, seed %s", seed).isGreaterThan(count / 2);
        assertThat(lines.all)
                .as("lines, seed %s", seed)
                .noneMatch(line -> line.contains("~"))
                .noneMatch(line -> line.contains("\"level\":\"ERROR\""));
    }

    /** Every value that is not valid is likely to have the one character that no line has by itself. */
    private static byte[] value(Random random) {
        int kind = random.nextInt(5);
        if (kind == 0) {
            return "valid-".concat(Long.toHexString(random.nextLong())).getBytes(StandardCharsets.US_ASCII);
        }
        byte[] bytes = new byte[1 + random.nextInt(kind == 1 ? 300 : 40)];
        random.nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            int b = bytes[i] & 0xff;
            boolean endsLine = b == '\n' || b == '\r' || b == 0;
            bytes[i] = (byte) (endsLine ? '~' : kind > 2 ? 0x20 + b % 0x5f : b);
        }
        bytes[random.nextInt(bytes.length)] = '~';
        return bytes;
    }

    private static byte[] concat(String before, byte[] value, String after) {
        byte[] head = before.getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + value.length + after.length()];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(value, 0, all, head.length, value.length);
        System.arraycopy(
                after.getBytes(StandardCharsets.US_ASCII), 0, all, all.length - after.length(), after.length());
        return all;
    }
}
