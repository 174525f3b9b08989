package io.github.pavelagarkov.kernel.cdi.arquillian;

import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.core.spi.LoadableExtension;

/** Makes {@link CdiSeContainer} known to Arquillian. */
public final class SeContainerExtension implements LoadableExtension {
    /** For Arquillian. */
    public SeContainerExtension() {}

    @Override
    public void register(ExtensionBuilder builder) {
        builder.service(DeployableContainer.class, CdiSeContainer.class);
    }
}
