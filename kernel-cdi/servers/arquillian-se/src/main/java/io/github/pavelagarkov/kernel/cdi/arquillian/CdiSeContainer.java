package io.github.pavelagarkov.kernel.cdi.arquillian;

import jakarta.enterprise.inject.spi.BeanManager;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.context.annotation.DeploymentScoped;
import org.jboss.arquillian.core.api.InstanceProducer;
import org.jboss.arquillian.core.api.annotation.Inject;
import org.jboss.shrinkwrap.api.Archive;

/**
 * Runs archives as applications of CDI SE in this JVM.
 *
 * <p>Called by Arquillian, one call at a time.
 */
public final class CdiSeContainer implements DeployableContainer<CdiSeConfiguration> {
    private static final String LOOPBACK = "127.0.0.1";

    /** What injects into the test class asks for it. */
    @Inject
    @DeploymentScoped
    @SuppressWarnings("NullAway.Init") // by Arquillian
    private InstanceProducer<BeanManager> beanManager;

    private final Map<String, SeApplication> running = new ConcurrentHashMap<>();
    private CdiSeConfiguration configuration = new CdiSeConfiguration();

    /** For Arquillian. */
    public CdiSeContainer() {}

    @Override
    public Class<CdiSeConfiguration> getConfigurationClass() {
        return CdiSeConfiguration.class;
    }

    @Override
    public void setup(CdiSeConfiguration given) {
        configuration = given;
    }

    @Override
    public void start() {
        configuration.properties().forEach(System::setProperty);
    }

    @Override
    public void stop() {}

    /** {@return tests run in the JVM that they are in already} */
    @Override
    public ProtocolDescription getDefaultProtocol() {
        return new ProtocolDescription("Local");
    }

    @Override
    public ProtocolMetaData deploy(Archive<?> archive) throws DeploymentException {
        SeApplication application = SeApplication.start(archive);
        running.put(archive.getName(), application);
        beanManager.set(application.beanManager());
        ProtocolMetaData where = new ProtocolMetaData();
        if (configuration.getHttpPort() > 0) {
            where.addContext(new HTTPContext(LOOPBACK, configuration.getHttpPort()));
        }
        return where;
    }

    @Override
    public void undeploy(Archive<?> archive) throws DeploymentException {
        SeApplication application = running.remove(archive.getName());
        if (application != null) {
            application.stop();
        }
    }
}
