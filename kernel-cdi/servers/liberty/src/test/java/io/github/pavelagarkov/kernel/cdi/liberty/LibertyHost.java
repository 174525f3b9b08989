package io.github.pavelagarkov.kernel.cdi.liberty;

import io.github.pavelagarkov.kernel.cdi.tests.host.HostApplication;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.process.HostProcess;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Starts Open Liberty with the application of the suite, one JVM for each start, one after the other. */
public final class LibertyHost implements TckHost {
    private static final String WAR = "host.war";

    private final Liberty server =
            Liberty.configured("host", List.of(), "<webApplication location=\"" + WAR + "\" contextRoot=\"/\"/>");
    private final Path classes = WebArchives.explode(WAR, server.folder().resolve("apps"), HostApplication.class)
            .resolve("WEB-INF/classes");

    /** For a provider of the suite. */
    public LibertyHost() {}

    @Override
    public Running start(Settings settings) {
        Liberty.write(
                classes.resolve("META-INF/microprofile-config.properties"),
                settings.file().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining()));
        JavaProcess.Builder process = server.process()
                .systemProperty(HostApplication.BEHAVIOUR, settings.behaviour().name());
        settings.environment().forEach(process::env);
        settings.systemProperties().forEach(process::systemProperty);
        return new ServerProcess(new HostProcess(
                process.start(),
                started -> Liberty.at(started, "/health/ready"),
                started -> Liberty.at(started, "/health/live")));
    }
}
