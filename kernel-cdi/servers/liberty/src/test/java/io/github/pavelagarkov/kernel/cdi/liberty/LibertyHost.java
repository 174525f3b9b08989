package io.github.pavelagarkov.kernel.cdi.liberty;

import io.github.pavelagarkov.kernel.cdi.tests.host.HostApplication;
import io.github.pavelagarkov.kernel.cdi.tests.host.HostArchive;
import io.github.pavelagarkov.kernel.cdi.tests.host.ServerProcess;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.process.HostProcess;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Starts Open Liberty with the application of the suite, one JVM for each start, one after the other. */
public final class LibertyHost implements TckHost {
    private static final Pattern NOT_STARTED = Pattern.compile("CWWKZ000[24]E|CWWKZ0012I");
    private static final Pattern UP = Pattern.compile("CWWKF0011I");

    private final Liberty server = Liberty.configured(
            "host", List.of("restfulWS-3.1"), "<webApplication location=\"host.war\" contextRoot=\"/\"/>");
    private final HostArchive archive = HostArchive.in(server.folder().resolve("apps"));

    /** For a provider of the suite. */
    public LibertyHost() {}

    @Override
    public Running start(Settings settings) {
        archive.configure(settings.file());
        JavaProcess.Builder process = server.process()
                .systemProperty(HostApplication.BEHAVIOUR, settings.behaviour().name());
        settings.environment().forEach(process::env);
        settings.systemProperties().forEach(process::systemProperty);
        return new ServerProcess(
                new HostProcess(
                        process.start(),
                        started -> Liberty.at(started, "/health/ready"),
                        started -> Liberty.at(started, "/health/live"),
                        Optional.of(started -> Liberty.at(started, "/rest"))),
                NOT_STARTED,
                UP);
    }
}
