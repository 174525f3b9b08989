package io.github.pavelagarkov.kernel.cdi;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.lang.annotation.Annotation;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigProviderResolver;

/** A CDI container with exactly these beans and settings. */
final class TestContainer implements AutoCloseable {
    /** Weld refuses to start without any bean. */
    static class Anchor {}

    /** What the file of the settings is called. */
    static final String FILE = "META-INF/microprofile-config.properties of the test";

    private final Config config;
    private final SeContainer container;

    private TestContainer(Config config, SeContainer container) {
        this.config = config;
        this.container = container;
    }

    /** {@return a container that has started; throws what its start throws} */
    static TestContainer start(Map<String, String> settings, Class<?>... beans) {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        Config config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDefaultSources()
                .withSources(new PropertiesConfigSource(settings, FILE, 100))
                .build();
        ConfigProviderResolver.instance().registerConfig(config, loader);
        try {
            return new TestContainer(
                    config,
                    SeContainerInitializer.newInstance()
                            .disableDiscovery()
                            // It would keep the class loader until the JVM ends.
                            .addProperty("org.jboss.weld.se.shutdownHook", false)
                            .addExtensions(new KernelExtension())
                            .addBeanClasses(Anchor.class)
                            .addBeanClasses(beans)
                            .initialize());
        } catch (RuntimeException | Error e) {
            ConfigProviderResolver.instance().releaseConfig(config);
            throw e;
        }
    }

    <T> T get(Class<T> type, Annotation... qualifiers) {
        return container.select(type, qualifiers).get();
    }

    @Override
    public void close() {
        try {
            if (container.isRunning()) {
                container.close();
            }
        } finally {
            ConfigProviderResolver.instance().releaseConfig(config);
        }
    }
}
