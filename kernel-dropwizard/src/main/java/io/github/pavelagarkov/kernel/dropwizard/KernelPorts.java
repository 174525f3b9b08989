package io.github.pavelagarkov.kernel.dropwizard;

import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.core.server.SimpleServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The ports that a configuration gives a server, by what they are for. */
final class KernelPorts {
    private KernelPorts() {}

    static Map<String, Integer> of(ServerFactory factory) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        if (factory instanceof DefaultServerFactory server) {
            put(ports, "application", server.getApplicationConnectors());
            put(ports, "admin", server.getAdminConnectors());
        } else if (factory instanceof SimpleServerFactory server) {
            put(ports, "application and admin", List.of(server.getConnector()));
        }
        return ports;
    }

    private static void put(Map<String, Integer> ports, String name, List<ConnectorFactory> connectors) {
        for (ConnectorFactory connector : connectors) {
            if (connector instanceof HttpConnectorFactory http) {
                String unique = ports.containsKey(name) ? name + " " + (ports.size() + 1) : name;
                ports.put(unique, http.getPort());
            }
        }
    }
}
