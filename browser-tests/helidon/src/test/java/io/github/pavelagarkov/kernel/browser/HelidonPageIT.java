package io.github.pavelagarkov.kernel.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The page at a path of a REST application in a CDI host, for who logs in with the role. */
final class HelidonPageIT extends DashboardPageTest {
    private @Nullable SeContainer container;

    /** What a user's REST application looks like. */
    @ApplicationScoped
    @ApplicationPath("/rest")
    public static class ShopApplication extends Application {}

    /** What a user's application adds to the kernel. */
    record Additions(Shop shop) implements Extension {
        void furnish(@Observes KernelBuilder builder) {
            var unused = shop.furnish(builder);
        }
    }

    @Override
    Kernel start(Shop shop) {
        container = SeContainerInitializer.newInstance()
                .addExtensions(new Additions(shop))
                .initialize();
        return kernel();
    }

    @Override
    void login(Browser browser) {
        browser.open(url("ada:of%20the%20page@"));
    }

    @Override
    Kernel kernel() {
        return container().select(Kernel.class).get();
    }

    private SeContainer container() {
        SeContainer started = container;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    @Override
    String url() {
        return url("");
    }

    private String url(String credentials) {
        return "http://" + credentials + "127.0.0.1:" + Integer.getInteger("server.port") + "/rest/kernel";
    }

    @Override
    String host() {
        return "Jakarta EE (CDI)";
    }

    @Override
    void stop(Browser browser) {
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(container()::close);
        // Helidon answers until the kernel has drained.
        browser.await("the drain", () -> browser.text("#verdict").equals("Stopping"));
        stopped.join();
    }

    @Test
    void whoHasNotLoggedInIsAskedToAndSeesNothing() throws Exception {
        for (String address : List.of(url(), url() + "/status.json")) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(address).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Basic realm=\"shop\"");
            assertThat(answer.body()).isEmpty();
        }
        try (Browser stranger = Browser.start()) {
            stranger.open(url());
            assertThat(stranger.run("return document.documentElement.textContent"))
                    .isEqualTo("");
        }
    }

    @Test
    void whoLacksTheRoleIsToldSoAndSeesNothing() {
        try (Browser customer = Browser.start()) {
            customer.open(url("bob:of%20the%20shop@"));
            assertThat(customer.text("body").strip()).isEqualTo("this needs a role that you do not have");
        }
    }

    /** As a bookmark may have it. */
    @Test
    void livesUnderAnAddressWithALogin() {
        try (Browser operator = Browser.start()) {
            operator.open(url("ada:of%20the%20page@"))
                    .await("a status", () -> operator.text("#verdict").startsWith("Ready"));
            Object before = operator.run("return last.at");
            operator.await("another look", () -> !operator.run("return last.at").equals(before));
        }
    }
}
