package io.github.pavelagarkov.kernel.browser;

import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jspecify.annotations.Nullable;

/** What the shop is configured with, beside the file of the application. */
public final class ShopSettings implements ConfigSource {
    // Long enough to be seen on the page.
    private final Map<String, String> settings = Shop.settings("kernel.shutdown.drain-delay", "4s");

    /** For MicroProfile Config. */
    public ShopSettings() {}

    @Override
    public Set<String> getPropertyNames() {
        return settings.keySet();
    }

    @Override
    public @Nullable String getValue(String name) {
        return settings.get(name);
    }

    @Override
    public String getName() {
        return "shop";
    }
}
