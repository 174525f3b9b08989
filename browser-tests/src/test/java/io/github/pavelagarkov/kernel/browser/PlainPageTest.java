package io.github.pavelagarkov.kernel.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.shutdown.ShutdownReport;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The page on the loopback port of the plain host. */
final class PlainPageTest extends DashboardPageTest {
    private @Nullable Kernel kernel;

    @Override
    Kernel start(Shop shop) {
        Kernel built = shop.furnish(
                        Kernel.builder().config(KernelConfig.of(Shop.settings("kernel.dashboard.port", "0"))))
                .build();
        kernel = built;
        built.start();
        return built;
    }

    @Override
    Kernel kernel() {
        Kernel built = kernel;
        if (built == null) {
            throw new IllegalStateException("not started");
        }
        return built;
    }

    @Override
    String url() {
        return "http://127.0.0.1:" + kernel().dashboardPort().orElseThrow() + "/";
    }

    @Override
    String host() {
        return "plain Java";
    }

    @Override
    void stop(Browser browser) {
        CompletableFuture<ShutdownReport> stopped =
                CompletableFuture.supplyAsync(() -> kernel().stop("the test is over"));
        browser.await("the stop", () -> browser.text("#stop").contains("running"));
        assertThat(browser.text("#verdict")).isEqualTo("Stopping");
        assertThat(browser.text("#sub")).contains("the test is over");
        browser.picture(pictureName("stopping", 1280));
        assertThat(stopped.join().clean()).isTrue();
    }
}
