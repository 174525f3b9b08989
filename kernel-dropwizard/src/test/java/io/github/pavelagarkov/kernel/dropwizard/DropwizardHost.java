package io.github.pavelagarkov.kernel.dropwizard;

import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.process.HostProcess;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Starts real Dropwizard services, each in a JVM of its own. */
public final class DropwizardHost implements TckHost {
    /** What its column of the report says. */
    public static final String NAME = KernelBundle.HOST;

    private static final String SERVER = """
            server:
              applicationConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
              adminConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
              shutdownGracePeriod: 2s
              requestLog: {appenders: []}
            logging:
              appenders:
                - type: console
                  logFormat: "%-5p %c: %m %kvp%n%rEx"
            """;

    /** For a provider of the suite. */
    public DropwizardHost() {}

    @Override
    public Running start(Settings settings) {
        JavaProcess.Builder process = JavaProcess.of(TckMain.class)
                .jvmArgs("-XX:TieredStopAtLevel=1", "-Xshare:auto")
                .args(settings.behaviour().name(), file(settings.file()).toString());
        settings.environment().forEach(process::env);
        settings.systemProperties().forEach(process::systemProperty);
        return new HostProcess(
                process.start(),
                HostProcess.at(TckMain.PORT, "/health-check"),
                HostProcess.at(TckMain.PORT, "/health-check?type=alive"),
                Optional.of(HostProcess.at(TckMain.PORT, "")));
    }

    private static Path file(Map<String, String> values) {
        try {
            Path file = Files.createTempFile("kernel-tck", ".yml");
            file.toFile().deleteOnExit();
            return Files.writeString(file, SERVER + yaml(tree(values), ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> tree(Map<String, String> values) {
        Map<String, Object> root = new TreeMap<>();
        values.forEach((key, value) -> {
            // In YAML the keys of the map are the list (CF-1).
            if (!key.endsWith(".names")) {
                put(root, Arrays.asList(key.split("\\.", -1)).iterator(), value);
            }
        });
        return root;
    }

    @SuppressWarnings("unchecked") // every value below a part that has parts below it is such a map
    private static void put(Map<String, Object> into, Iterator<String> path, String value) {
        String part = path.next();
        if (path.hasNext()) {
            put((Map<String, Object>) into.computeIfAbsent(part, key -> new TreeMap<String, Object>()), path, value);
        } else {
            into.put(part, value);
        }
    }

    private static String yaml(Map<?, ?> tree, String indent) {
        StringBuilder text = new StringBuilder();
        tree.forEach((key, value) -> {
            text.append(indent).append(key).append(':');
            if (value instanceof Map<?, ?> below) {
                text.append('\n').append(yaml(below, indent + "  "));
            } else {
                text.append(" \"").append(value).append("\"\n");
            }
        });
        return text.toString();
    }
}
