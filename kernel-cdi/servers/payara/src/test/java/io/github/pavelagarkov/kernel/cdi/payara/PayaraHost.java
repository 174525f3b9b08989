package io.github.pavelagarkov.kernel.cdi.payara;

import io.github.pavelagarkov.kernel.cdi.tests.host.HostApplication;
import io.github.pavelagarkov.kernel.cdi.tests.host.HostArchive;
import io.github.pavelagarkov.kernel.cdi.tests.host.ServerProcess;
import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.process.HostProcess;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Starts Payara Server with the application of the suite, one JVM for each start, one after the other. */
public final class PayaraHost implements TckHost {
    /**
     * Behind all that applications say of their start. Until then Payara closes and opens the jars of an application again, and
     * threads of its own may find a class or not.
     */
    static final Pattern UP = Pattern.compile("Boot Command deploy (returned|failed)");

    private static final Pattern NOT_STARTED = Pattern.compile("Boot Command deploy failed");

    private final Payara server = Payara.prepared();
    private final HostArchive archive = HostArchive.in(server.domain());

    /** For a provider of the suite. */
    public PayaraHost() {}

    @Override
    public Running start(Settings settings) {
        archive.configure(settings.file());
        int port = server.configure(List.of(), Map.of("/", archive.folder()));
        JavaProcess.Builder process = server.process()
                .systemProperty(HostApplication.BEHAVIOUR, settings.behaviour().name());
        settings.environment().forEach(process::env);
        settings.systemProperties().forEach(process::systemProperty);
        return new ServerProcess(
                new HostProcess(
                        process.start(),
                        at(port, "/health/ready"),
                        at(port, "/health/live"),
                        Optional.of(at(port, "/rest"))),
                NOT_STARTED,
                UP);
    }

    private static Function<JavaProcess, URI> at(int port, String path) {
        return process -> URI.create("http://127.0.0.1:" + port + path);
    }
}
