package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.core.dashboard.Dashboard;
import io.github.pavelagarkov.kernel.core.dashboard.DashboardSettings;
import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus;
import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus.Why.Kind;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The page of the plain host over its real port, of a kernel in virtual time. */
final class DashboardTest {
    private static final String CANARY = "canary-7f3a";

    private final KernelFixture on = new KernelFixture();
    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> ask(String method, Kernel kernel, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + kernel.dashboardPort().orElseThrow() + path))
                        .timeout(Duration.ofSeconds(20))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private JsonNode status(Kernel kernel) throws Exception {
        return new ObjectMapper().readTree(ask("GET", kernel, "/status.json").body());
    }

    /** A second look: the first one asks backends and leaders in the background. */
    private JsonNode secondLook(Kernel kernel) throws Exception {
        status(kernel);
        on.clock.advance(Duration.ofMillis(10));
        return status(kernel);
    }

    private static String why(JsonNode status, String kind, String subject) {
        for (JsonNode why : status.get("why")) {
            if (why.get("kind").asText().equals(kind)
                    && why.get("subject").asText().equals(subject)) {
                return why.get("text").asText();
            }
        }
        return "none";
    }

    private static JsonNode named(JsonNode all, String name) {
        for (JsonNode one : all) {
            if (one.get("name").asText().equals(name)) {
                return one;
            }
        }
        throw new AssertionError("no " + name + " in " + all);
    }

    // ---- what it says

    @Test
    void saysWhoItIsAndThatAllIsWell() throws Exception {
        Kernel kernel = on.bare("kernel.dashboard.port", "0", "kernel.application", "shop", "kernel.identity", "pod-7")
                .build();
        kernel.start();

        JsonNode status = status(kernel);

        assertThat(status.get("at").asText()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(status.get("process"))
                .hasToString(
                        "{\"application\":\"shop\",\"identity\":\"pod-7\",\"host\":\"plain Java\",\"started\":true}");
        assertThat(status.get("why")).isEmpty();
        assertThat(status.get("readiness").get("ready").asBoolean()).isTrue();
        assertThat(status.get("readiness").get("components"))
                .hasToString(
                        "[{\"name\":\"started\",\"ready\":true,\"reason\":\"\",\"since\":\"2026-01-01T00:00:00Z\"}]");
        assertThat(status.get("settings")).hasSize(3);
        on.stop(kernel);
    }

    @Test
    void saysWhyItIsNotReady() throws Exception {
        Kernel kernel = on.bare("kernel.dashboard.port", "0").build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(3));
        var unused = kernel.readiness().component("cache").notReady("is cold");

        JsonNode status = status(kernel);

        assertThat(why(status, "not-ready", "")).isEqualTo("gets no traffic: cache: is cold");
        assertThat(named(status.get("readiness").get("components"), "cache"))
                .hasToString(
                        "{\"name\":\"cache\",\"ready\":false,\"reason\":\"is cold\",\"since\":\"2026-01-01T00:00:03Z\"}");
        on.stop(kernel);
    }

    @Test
    void saysHowLongTheLeaseOfThisProcessIsStillTrusted() throws Exception {
        Kernel kernel = on.builder("kernel.dashboard.port", "0", "kernel.identity", "pod-7")
                .supervise("billing", on.work("books"))
                .build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(1));

        JsonNode billing = named(status(kernel).get("elections"), "billing");

        assertThat(billing.get("role").asText()).isEqualTo("leader");
        assertThat(billing.get("leader").asText()).isEqualTo("pod-7");
        assertThat(billing.get("leaseMillis").asInt()).isEqualTo(15_000);
        assertThat(billing.get("remainingMillis").asDouble()).isBetween(1.0, 10_000.0);
        assertThat(billing.get("terms")).hasSize(1);
        assertThat(billing.get("terms").get(0).get("here").asBoolean()).isTrue();
        assertThat(billing.get("terms").get(0).has("until")).isFalse();
        assertThat(billing.get("fencingToken").asText())
                .isEqualTo(billing.get("terms").get(0).get("fencingToken").asText());
        assertThat(why(status(kernel), "not-leader", "billing")).isEqualTo("none");
        on.stop(kernel);
    }

    @Test
    void saysWhoLeadsInstead() throws Exception {
        Kernel first = on.builder("kernel.identity", "pod-1")
                .leaderJob("billing", every("settle", Duration.ofSeconds(1)))
                .build();
        Kernel second = on.builder("kernel.dashboard.port", "0", "kernel.identity", "pod-2")
                .leaderJob("billing", every("settle", Duration.ofSeconds(1)))
                .build();
        first.start();
        on.clock.advance(Duration.ofSeconds(1));
        second.start();
        on.clock.advance(Duration.ofSeconds(1));

        // The first look may come before the answer of the store.
        JsonNode status = secondLook(second);

        assertThat(why(status, "not-leader", "billing")).isEqualTo("does not lead here: pod-1 leads");
        assertThat(why(status, "job-did-not-run", "settle"))
                .isEqualTo("does not run here: it runs on the leader of billing, and pod-1 leads");
        assertThat(named(status.get("jobs"), "settle").get("state").asText()).isEqualTo("elsewhere");
        JsonNode seen = named(status.get("elections"), "billing").get("terms");
        assertThat(seen).hasSize(1);
        assertThat(seen.get(0).get("leader").asText()).isEqualTo("pod-1");
        assertThat(seen.get(0).get("here").asBoolean()).isFalse();

        on.stop(first);
        on.clock.advance(Duration.ofSeconds(3));
        JsonNode after = named(status(second).get("elections"), "billing");

        assertThat(after.get("role").asText()).isEqualTo("leader");
        assertThat(after.get("terms")).hasSize(2);
        on.stop(second);
    }

    @Test
    void saysThatThisProcessLeadsAndItsWorkHasNotStarted() throws Exception {
        Kernel kernel = on.builder("kernel.dashboard.port", "0", "kernel.identity", "pod-7")
                .supervise("billing", new StartsNever())
                .leaderJob("billing", every("settle", Duration.ofSeconds(1)))
                .build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(5));

        JsonNode status = status(kernel);

        assertThat(named(status.get("elections"), "billing").get("role").asText())
                .isEqualTo("leader");
        assertThat(named(status.get("jobs"), "settle").get("state").asText())
                .as("shown as trouble")
                .isEqualTo("stopped");
        assertThat(why(status, "job-did-not-run", "settle"))
                .isEqualTo("does not run: it runs on the leader of billing, and this process leads, but its work has "
                        + "not started");
        on.stop(kernel);
        assertThat(why(kernel.dashboard().orElseThrow().status(), Kind.JOB_DID_NOT_RUN, "settle"))
                .doesNotContain("has not started");
    }

    private static String why(KernelStatus status, Kind kind, String subject) {
        return status.why().stream()
                .filter(why -> why.kind() == kind && why.subject().equals(subject))
                .findFirst()
                .orElseThrow()
                .text();
    }

    /** Work before the jobs of a leader, which hangs. */
    private final class StartsNever implements Subsystem {
        @Override
        public String name() {
            return "hangs";
        }

        @Override
        public void start(LeaderScope scope) throws InterruptedException {
            on.clock.park(on.clock.nanoTime() + Duration.ofHours(1).toNanos());
        }

        @Override
        public void stop(DemotionReason reason, Duration atMost) {}
    }

    @Test
    void keepsTheLastTermsAndWhyTheyEnded() throws Exception {
        Kernel kernel = on.builder("kernel.dashboard.port", "0")
                .supervise("billing", on.work("books"))
                .build();
        kernel.start();
        for (int i = 0; i < 30; i++) {
            on.clock.advance(Duration.ofSeconds(10));
            var unused = kernel.election("billing").stepDown(Duration.ofSeconds(2));
        }
        on.clock.advance(Duration.ofSeconds(10));

        JsonNode terms = named(status(kernel).get("elections"), "billing").get("terms");

        assertThat(terms).hasSize(20);
        assertThat(terms.get(18).get("end").asText()).isEqualTo("STEPPED_DOWN");
        assertThat(terms.get(18).has("until")).isTrue();
        assertThat(terms.get(19).has("until")).isFalse();
        on.stop(kernel);
    }

    private static JobSpec every(String name, Duration period) {
        return JobSpec.named(name).every(period).task(run -> {}).build();
    }

    @Test
    void saysWhenJobsRunAndHowTheyWent() throws Exception {
        Kernel kernel = on.bare(
                        "kernel.dashboard.port", "0", "kernel.jobs.names", "off", "kernel.jobs.off.enabled", "false")
                .job(every("fine", Duration.ofSeconds(2)))
                .job(JobSpec.named("broken")
                        .every(Duration.ofSeconds(1))
                        .task(run -> {
                            throw new IOException(CANARY);
                        })
                        .build())
                .job(JobSpec.named("nightly")
                        .cron("0 2 * * *", ZoneId.of("Europe/Berlin"))
                        .deadline(Duration.ofMinutes(5))
                        .task(run -> {})
                        .build())
                .job(JobSpec.named("by-hand").manual().task(run -> {}).build())
                .job(every("off", Duration.ofSeconds(1)))
                .build();
        kernel.start();
        on.clock.advance(Duration.ofMillis(3_500));
        kernel.scheduler().job("fine").orElseThrow().pause();

        JsonNode status = status(kernel);
        JsonNode jobs = status.get("jobs");

        JsonNode fine = named(jobs, "fine");
        assertThat(fine.get("schedule").asText()).isEqualTo("every 2s");
        assertThat(fine.get("state").asText()).isEqualTo("paused");
        assertThat(fine.get("runs")).hasSize(1);
        assertThat(fine.get("runs").get(0).get("scheduled").asText()).startsWith("2026-01-01T00:00:0");
        assertThat(fine.get("outcomes")).hasToString("{\"success\":1}");
        assertThat(why(status, "job-did-not-run", "fine")).isEqualTo("is paused by an operator");

        JsonNode broken = named(jobs, "broken");
        String correlation = broken.get("runs").get(2).get("correlationId").asText();
        assertThat(correlation).isNotEmpty();
        assertThat(broken.get("runs").get(2).get("error").asText()).isEqualTo("java.io.IOException");
        assertThat(broken.get("next").asText()).isEqualTo("2026-01-01T00:00:04Z");
        assertThat(why(status, "job-did-not-run", "broken"))
                .isEqualTo("last run failed with java.io.IOException, 3 bad runs in a row; the log has more under "
                        + correlation);

        JsonNode nightly = named(jobs, "nightly");
        assertThat(nightly.get("schedule").asText()).isEqualTo("at 02:00, Europe/Berlin");
        assertThat(nightly.get("expression").asText()).isEqualTo("0 2 * * * Europe/Berlin");
        assertThat(nightly.get("next").asText()).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(nightly.get("deadlineMillis").asInt()).isEqualTo(300_000);
        assertThat(named(jobs, "by-hand").get("schedule").asText()).isEqualTo("by hand");
        assertThat(named(jobs, "by-hand").has("next")).isFalse();
        assertThat(why(status, "job-did-not-run", "off")).isEqualTo("is switched off by kernel.jobs.off.enabled");
        assertThat(status.toString()).doesNotContain(CANARY);
        on.stop(kernel);
    }

    @Test
    void showsNoMoreThanAPageCanHold() throws Exception {
        KernelBuilder builder = on.builder("kernel.dashboard.port", "0");
        for (int i = 0; i < 600; i++) {
            builder.job(JobSpec.named("job-" + i).manual().task(run -> {}).build());
            builder.election("election-" + i);
        }
        Kernel kernel = builder.build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(2));

        JsonNode status = status(kernel);

        assertThat(status.get("jobs")).hasSize(500);
        assertThat(status.get("elections")).hasSize(500);
        assertThat(status.get("leftOut").asInt()).isEqualTo(200);
        on.stop(kernel);
    }

    @Test
    void saysWhatKeepsAJobFromRunning() throws Exception {
        Kernel kernel = on.bare("kernel.dashboard.port", "0")
                .job(JobSpec.named("endless")
                        .every(Duration.ofSeconds(1))
                        .task(run -> on.clock.park(
                                on.clock.nanoTime() + Duration.ofHours(1).toNanos()))
                        .build())
                .build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(15));

        assertThat(why(status(kernel), "job-did-not-run", "endless")).startsWith("does not get to run: ");
        assertThat(named(status(kernel).get("jobs"), "endless").get("state").asText())
                .isEqualTo("running");
        on.stop(kernel);
    }

    @Test
    void saysThatTheStoreOfAnElectionIsSilent() throws Exception {
        Kernel kernel = on.builder("kernel.dashboard.port", "0")
                .supervise("billing", on.work("books"))
                .build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(1));
        on.store.cutOff();
        on.clock.advance(Duration.ofSeconds(30));

        JsonNode status = status(kernel);
        on.clock.advance(Duration.ofSeconds(10));

        assertThat(why(status, "not-leader", "billing"))
                .isEqualTo("does not lead here: the store of its lease cannot be asked");
        assertThat(why(status(kernel), "backend", "kernel-leases")).isNotEqualTo("none");
        assertThat(named(status.get("elections"), "billing")
                        .get("terms")
                        .get(0)
                        .get("end")
                        .asText())
                .isEqualTo("LEASE_EXPIRED");
        on.stop(kernel);
    }

    /** A store of the application's own that breaks its contract, and blocks. */
    @Test
    void saysSinceWhenABackendHangsAndNeverHangsWithIt() throws Exception {
        Kernel kernel = on.builder("kernel.dashboard.port", "0").build();
        kernel.start();
        assertThat(secondLook(kernel).get("backends").get(0).get("message").asText())
                .isEqualTo("answers");
        on.store.block();
        on.clock.advance(Duration.ofSeconds(10));
        status(kernel);
        on.clock.advance(Duration.ofSeconds(10));

        JsonNode status = status(kernel);

        assertThat(why(status, "backend", "kernel-leases"))
                .isEqualTo("has not answered since 2026-01-01T00:00:10Z; before that: answers");
        assertThat(status.get("backends").get(0).get("asked").asText()).isEqualTo("2026-01-01T00:00:00Z");
        on.stop(kernel);
    }

    @Test
    void saysOfAnOldAnswerThatItIsOld() throws Exception {
        Kernel first = on.builder("kernel.identity", "pod-1")
                .supervise("billing", on.work("books"))
                .build();
        Kernel second = on.builder("kernel.dashboard.port", "0", "kernel.identity", "pod-2")
                .leaderJob("billing", every("settle", Duration.ofSeconds(1)))
                .build();
        first.start();
        on.clock.advance(Duration.ofSeconds(1));
        second.start();
        on.clock.advance(Duration.ofSeconds(1));
        assertThat(why(secondLook(second), "not-leader", "billing")).isEqualTo("does not lead here: pod-1 leads");
        on.clock.advance(Duration.ofHours(3));

        assertThat(why(status(second), "not-leader", "billing"))
                .as("what nobody has asked about since")
                .isEqualTo("does not lead here: the store is being asked who leads; last seen: pod-1 at "
                        + "2026-01-01T00:00:02Z");
        assertThat(why(secondLook(second), "not-leader", "billing")).isEqualTo("does not lead here: pod-1 leads");

        on.store.cutOff();
        on.clock.advance(Duration.ofMinutes(1));
        JsonNode silent = secondLook(second);
        assertThat(why(silent, "not-leader", "billing"))
                .isEqualTo("does not lead here: the store of its lease cannot be asked; last seen: pod-1 at "
                        + "2026-01-01T03:00:02Z");
        assertThat(why(silent, "job-did-not-run", "settle"))
                .isEqualTo("does not run here: it runs on the leader of billing, and the store of its lease cannot "
                        + "be asked; last seen: pod-1 at 2026-01-01T03:00:02Z");
        on.stop(first);
        on.stop(second);
    }

    @Test
    void showsTheStopWhileItGoesOn() throws Exception {
        Kernel kernel = on.bare("kernel.dashboard.port", "0", "kernel.shutdown.budget", "40s")
                .hook(on.logs("fast", ShutdownRegistry.HIGH))
                .hook(io.github.pavelagarkov.kernel.shutdown.HookSpec.of(
                        "slow",
                        ShutdownRegistry.MEDIUM,
                        context -> on.clock.park(
                                on.clock.nanoTime() + Duration.ofSeconds(4).toNanos())))
                .build();
        kernel.start();

        JsonNode before = status(kernel).get("shutdown");
        assertThat(before.get("state").asText()).isEqualTo("running");
        assertThat(before.get("neededMillis").asInt()).isEqualTo(42_000);
        assertThat(before.get("gracePeriodMillis").asInt()).isEqualTo(30_000);
        assertThat(named(before.get("hooks"), "fast").has("outcome")).isFalse();
        assertThat(why(status(kernel), "shutdown", "")).contains("terminationGracePeriodSeconds >= 42");

        on.spawn(() -> kernel.stop("a rollout"));
        on.clock.advance(Duration.ofSeconds(2));
        JsonNode during = status(kernel);
        assertThat(during.get("shutdown").get("state").asText()).isEqualTo("stopping");
        assertThat(during.get("shutdown").get("remainingMillis").asDouble()).isEqualTo(38_000);
        assertThat(named(during.get("shutdown").get("hooks"), "fast")
                        .get("outcome")
                        .asText())
                .isEqualTo("ok");
        assertThat(named(during.get("shutdown").get("hooks"), "fast").has("tookMillis"))
                .isTrue();
        JsonNode slow = named(during.get("shutdown").get("hooks"), "slow");
        assertThat(slow.get("outcome").asText()).isEqualTo("running");
        assertThat(slow.get("timeoutMillis").asInt()).isEqualTo(10_000);
        assertThat(named(during.get("shutdown").get("hooks"), "dashboard").has("outcome"))
                .isFalse();
        assertThat(why(during, "not-ready", "")).contains("a rollout");
        List<String> order = new ArrayList<>();
        during.get("shutdown")
                .get("hooks")
                .forEach(hook -> order.add(hook.get("name").asText()));
        assertThat(order).containsExactly("fast", "scheduler-jobs", "slow", "dashboard");

        on.clock.advance(Duration.ofMinutes(1));
        assertThat(kernel.shutdown().report()).isPresent();
    }

    @Test
    void aHookThatIsTakenBackDuringTheStopDoesNotRunForEver() {
        Kernel kernel = on.bare("kernel.dashboard.port", "0").build();
        Registration late = kernel.shutdown().register("late", ShutdownRegistry.LOW, context -> {});
        var unused = kernel.shutdown().register("first", ShutdownRegistry.HIGH, context -> late.remove());
        kernel.start();
        on.stop(kernel);

        assertThat(kernel.dashboard().orElseThrow().status().shutdown().hooks())
                .extracting(KernelStatus.Hook::name)
                .contains("first")
                .doesNotContain("late");
    }

    @Test
    void aPortThatWasClosedFirstNeverOpens() {
        DashboardMount mount = new Assembly(on.bare("kernel.dashboard.port", "0").plan).page();

        mount.close();
        mount.open();

        assertThat(mount.port()).isEmpty();
    }

    // ---- what it does not say

    @Test
    void cf4_showsNoTextOfAFatalError() throws Exception {
        Kernel kernel = on.bare("kernel.dashboard.port", "0")
                .job(JobSpec.named("doomed")
                        .every(Duration.ofSeconds(1))
                        .task(run -> {
                            throw new OutOfMemoryError(CANARY);
                        })
                        .build())
                .build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(3));

        JsonNode status = status(kernel);

        assertThat(status.get("process").get("notLive").asText()).endsWith(" ended with java.lang.OutOfMemoryError");
        assertThat(status.toString()).doesNotContain(CANARY);
        on.stop(kernel);
    }

    @Test
    void cf4_showsNoSecretWhereverItStands() throws Exception {
        Kernel kernel = on.builder(
                        "kernel.dashboard.port", "0",
                        "kernel.application", "shop",
                        "kernel.redis.uri", "redis://user:" + CANARY + "@127.0.0.1:1",
                        "kernel.postgres.url", "jdbc:postgresql://127.0.0.1:1/shop",
                        "kernel.postgres.password", CANARY,
                        "kernel.postgres.names", "main",
                        "kernel.clickhouse.names", "stats",
                        "kernel.clickhouse.stats.url", "jdbc:clickhouse:http://127.0.0.1:1/stats",
                        "kernel.clickhouse.stats.password", CANARY,
                        "kernel.readiness.require", "postgres-main")
                .clock(io.github.pavelagarkov.kernel.time.KernelClock.system())
                .threads(Thread::new)
                .build();
        try {
            kernel.start();

            JsonNode first = status(kernel);
            org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
                JsonNode now = status(kernel);
                return now.get("why").toString().contains("\"backend\"")
                        && named(now.get("pools"), "main").has("lastTrouble");
            });
            JsonNode status = status(kernel);

            assertThat(first.toString() + status).doesNotContain(CANARY);
            assertThat(status.get("settings").toString()).contains("\"***\"");
            assertThat(status.get("pools")).hasSize(2);
            assertThat(status.get("pools").toString()).contains("127.0.0.1");
            assertThat(named(status.get("pools"), "main")
                            .get("lastTrouble")
                            .get("what")
                            .asText())
                    .contains("127.0.0.1:1/shop cannot be reached");
            assertThat(status.get("backends")).isNotEmpty();
        } finally {
            kernel.close();
        }
    }

    // ---- how it is served

    @Test
    void thePageIsOneFileThatAsksNobodyElse() throws Exception {
        Kernel kernel = on.bare("kernel.dashboard.port", "0").build();
        kernel.start();

        HttpResponse<String> page = ask("GET", kernel, "/");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(page.headers().firstValue("X-Frame-Options")).hasValue("DENY");
        assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; style-src 'sha256-")
                .contains("; script-src 'sha256-")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.body().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(60_000);
        assertThat(page.body())
                .doesNotContain("innerHTML", "insertAdjacentHTML", "document.write", "eval(", " style=\"", " onclick")
                .doesNotContainPattern("(src|href)=\"(?!data:)")
                .doesNotContainPattern("https?://(?!www\\.w3\\.org/2000/svg)");
        assertThat(ask("GET", kernel, "/status.json").headers().map())
                .containsEntry("content-type", List.of("application/json"))
                .containsEntry("cache-control", List.of("no-store"))
                .doesNotContainKey("access-control-allow-origin");
        on.stop(kernel);
    }

    @Test
    void canBeLookedAtAndNothingElse() throws Exception {
        Kernel kernel = on.bare("kernel.dashboard.port", "0").build();
        kernel.start();

        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")) {
            HttpResponse<String> answer = ask(method, kernel, "/status.json");
            assertThat(answer.statusCode()).as(method).isEqualTo(405);
            assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
        }
        assertThat(ask("HEAD", kernel, "/").statusCode()).isEqualTo(200);
        assertThat(ask("HEAD", kernel, "/").body()).isEmpty();
        assertThat(ask("GET", kernel, "/status.json?now").statusCode()).isEqualTo(200);
        for (String path : List.of("/status", "/status.json/", "/favicon.ico", "/%2e%2e/etc/passwd")) {
            assertThat(ask("GET", kernel, path).statusCode()).as(path).isEqualTo(404);
        }
        on.stop(kernel);
    }

    /** DNS rebinding: the page of another site whose name leads here all of a sudden. */
    @Test
    void answersToItsOwnNamesAlone() throws Exception {
        Kernel kernel = on.bare("kernel.dashboard.port", "0").build();
        kernel.start();
        int port = kernel.dashboardPort().orElseThrow();

        for (String host : List.of("localhost", "LOCALHOST:1234", "127.0.0.1:" + port, "[::1]:" + port)) {
            assertThat(raw(port, "Host: " + host + "\r\n")).as(host).startsWith("HTTP/1.1 200");
        }
        for (String host : List.of(
                "evil.example",
                "evil.example:" + port,
                "localhost.evil.example",
                "127.0.0.1.nip.io",
                "localhost:x",
                "")) {
            assertThat(raw(port, "Host: " + host + "\r\n")).as(host).startsWith("HTTP/1.1 421");
        }
        assertThat(raw(port, "Host: localhost\r\nHost: evil.example\r\n")).startsWith("HTTP/1.1 421");
        assertThat(raw(port, "")).startsWith("HTTP/1.1 421");
        on.stop(kernel);
    }

    private static String raw(int port, String headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(("GET /status.json HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void isOffUnlessASettingPutsItSomewhere() {
        Kernel kernel = on.bare().build();
        kernel.start();

        assertThat(kernel.dashboard()).isEmpty();
        assertThat(kernel.dashboardPort()).isEmpty();
        on.stop(kernel);
    }

    @Test
    void isAtAnAdminPortForOperatorsAlone() {
        assertThat(pageBeside("admin").orElseThrow().settings().admin()).isTrue();
        assertThat(pageBeside("admin 2").orElseThrow().settings().admin()).isTrue();
        assertThat(pageBeside("application and admin")).isEmpty();
        assertThat(pageBeside("application and admin", "kernel.dashboard.port", "0")
                        .orElseThrow()
                        .settings()
                        .admin())
                .as("at a port that everybody reaches")
                .isFalse();
    }

    private Optional<Dashboard> pageBeside(String port, String... settings) {
        return on.bare(settings)
                .host(HostProfile.of("test").withPorts(Map.of(port, 8081)))
                .build()
                .dashboard();
    }

    @Test
    void takenPortIsOneErrorWithKeyAndValue() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Kernel kernel = on.bare("kernel.dashboard.port", Integer.toString(taken.getLocalPort()))
                    .build();

            assertThatThrownBy(kernel::start)
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining("kernel.dashboard.port " + taken.getLocalPort())
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void settingsThatAreMadeInCodeHaveTheSameForm() {
        assertThatThrownBy(() -> new DashboardSettings(OptionalInt.of(65_536), false, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("port of the dashboard must be between 0 and 65535, was 65536");
        for (String path : List.of("", "/", "kernel", "/kernel/", "/a b", "/../x/%2e")) {
            assertThatThrownBy(() -> new DashboardSettings.Rest(path, "ops"))
                    .as(path)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("path of the dashboard must match");
        }
        assertThatThrownBy(() -> new DashboardSettings.Rest("/kernel", " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("role of the dashboard must match");
    }

    @Test
    void aPathForEverybodyIsRefused() {
        assertThatThrownBy(() -> KernelFixture.config("kernel.dashboard.role", "ops"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kernel.dashboard.path")
                .hasMessageContaining("required by kernel.dashboard.role");
        assertThatThrownBy(() -> KernelFixture.config("kernel.dashboard.path", "/kernel"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kernel.dashboard.role")
                .hasMessageContaining("required by kernel.dashboard.path");
        assertThatThrownBy(
                        () -> KernelFixture.config("kernel.dashboard.path", "kernel/", "kernel.dashboard.role", "ops"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kernel.dashboard.path");
    }
}
