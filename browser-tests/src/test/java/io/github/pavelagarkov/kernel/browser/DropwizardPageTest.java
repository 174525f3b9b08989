package io.github.pavelagarkov.kernel.browser;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.dropwizard.core.Application;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.testing.ConfigOverride;
import io.dropwizard.testing.DropwizardTestSupport;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.dropwizard.KernelBundle;
import io.github.pavelagarkov.kernel.dropwizard.KernelFactory;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The page on the admin port of Dropwizard. */
final class DropwizardPageTest extends DashboardPageTest {
    private @Nullable DropwizardTestSupport<ShopConfiguration> support;
    private @Nullable Kernel kernel;

    /** What a user's configuration looks like. */
    public static final class ShopConfiguration extends Configuration {
        @JsonProperty
        private KernelFactory kernel = new KernelFactory();

        KernelFactory getKernel() {
            return kernel;
        }
    }

    /** What a user's application looks like. */
    public static final class ShopApplication extends Application<ShopConfiguration> {
        final KernelBundle<ShopConfiguration> bundle;

        ShopApplication(Shop shop) {
            bundle = KernelBundle.builder(ShopConfiguration::getKernel)
                    .customize((builder, configuration, environment) -> {
                        var unused = shop.furnish(builder);
                    })
                    .build();
        }

        @Override
        public void initialize(Bootstrap<ShopConfiguration> bootstrap) {
            bootstrap.addBundle(bundle);
        }

        @Override
        public void run(ShopConfiguration configuration, Environment environment) {}
    }

    @Override
    Kernel start(Shop shop) throws Exception {
        ShopApplication made = new ShopApplication(shop);
        Map<String, String> values = new TreeMap<>(Shop.settings());
        values.put("server.applicationConnectors[0].port", "0");
        values.put("server.adminConnectors[0].port", "0");
        DropwizardTestSupport<ShopConfiguration> started =
                new DropwizardTestSupport<>(
                        ShopApplication.class,
                        (String) null,
                        values.entrySet().stream()
                                .map(entry -> ConfigOverride.config(entry.getKey(), entry.getValue()))
                                .toArray(ConfigOverride[]::new)) {
                    @Override
                    public Application<ShopConfiguration> newApplication() {
                        return made;
                    }
                };
        started.before();
        support = started;
        kernel = made.bundle.kernel();
        return kernel;
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
        DropwizardTestSupport<ShopConfiguration> started = support;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return "http://127.0.0.1:" + started.getAdminPort() + "/kernel";
    }

    @Override
    String host() {
        return "Dropwizard 5";
    }

    @Override
    void stop(Browser browser) {
        if (support != null) {
            support.after();
        }
    }
}
