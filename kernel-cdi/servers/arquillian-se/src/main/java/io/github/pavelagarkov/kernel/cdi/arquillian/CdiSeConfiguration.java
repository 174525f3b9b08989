package io.github.pavelagarkov.kernel.cdi.arquillian;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.arquillian.container.spi.client.container.ContainerConfiguration;

/** What {@code arquillian.xml} says about a {@link CdiSeContainer}. Filled by Arquillian. */
public final class CdiSeConfiguration implements ContainerConfiguration {
    private int httpPort;
    private String systemProperties = "";

    /** For Arquillian. */
    public CdiSeConfiguration() {}

    /** {@return the port of the application on the loopback address; 0 if it has none} */
    public int getHttpPort() {
        return httpPort;
    }

    /**
     * Says where the application listens.
     *
     * @param httpPort the port of the application on the loopback address; 0 if it has none
     */
    public void setHttpPort(int httpPort) {
        this.httpPort = httpPort;
    }

    /** {@return system properties for the container, pairs of {@code key=value} with white space between} */
    public String getSystemProperties() {
        return systemProperties;
    }

    /**
     * Sets system properties before the first deployment.
     *
     * @param systemProperties for the container, pairs of {@code key=value} with white space between
     */
    public void setSystemProperties(String systemProperties) {
        this.systemProperties = systemProperties;
    }

    Map<String, String> properties() {
        return Arrays.stream(systemProperties.strip().split("\\s+"))
                .filter(pair -> pair.contains("="))
                .collect(Collectors.toMap(
                        pair -> pair.substring(0, pair.indexOf('=')), pair -> pair.substring(pair.indexOf('=') + 1)));
    }

    @Override
    public void validate() {}
}
