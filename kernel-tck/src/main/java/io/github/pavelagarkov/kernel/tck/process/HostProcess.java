package io.github.pavelagarkov.kernel.tck.process;

import io.github.pavelagarkov.kernel.tck.TckHost;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A host that is a JVM of its own, as the suite sees it. The process says its ports in lines of its output. Thread-safe.
 *
 * @param process the JVM
 * @param readinessOf finds where it answers for readiness; may wait for a line
 * @param livenessOf finds where it answers for liveness; may wait for a line
 * @param httpOf finds where its REST application answers; empty if it has none
 */
public record HostProcess(
        JavaProcess process,
        Function<JavaProcess, URI> readinessOf,
        Function<JavaProcess, URI> livenessOf,
        Optional<Function<JavaProcess, URI>> httpOf)
        implements TckHost.Running {
    /** Not by the class that says it: most hosts are started without gRPC beside the suite. */
    private static final String GRPC = "grpc at ";

    private static final Duration UP = Duration.ofMinutes(1);

    /**
     * A host without a REST application.
     *
     * @param process the JVM
     * @param readinessOf finds where it answers for readiness; may wait for a line
     * @param livenessOf finds where it answers for liveness; may wait for a line
     */
    public HostProcess(
            JavaProcess process, Function<JavaProcess, URI> readinessOf, Function<JavaProcess, URI> livenessOf) {
        this(process, readinessOf, livenessOf, Optional.empty());
    }

    /**
     * {@return finds an address at a port that the process says}
     *
     * @param says what the line with the port begins with; the port is the rest of it
     * @param path path and query, beginning with a slash
     */
    public static Function<JavaProcess, URI> at(String says, String path) {
        return process -> {
            String line = process.awaitLine("^" + says + "\\d+$", UP).text();
            return URI.create("http://127.0.0.1:" + line.substring(says.length()) + path);
        };
    }

    @Override
    public Optional<URI> http() {
        return httpOf.map(find -> find.apply(process));
    }

    @Override
    public Optional<URI> grpc() {
        // A host that serves no gRPC is not asked.
        String line = process.awaitLine("^" + GRPC + "\\d+$", UP).text();
        return Optional.of(URI.create("http://127.0.0.1:" + line.substring(GRPC.length())));
    }

    @Override
    public Optional<URI> readiness() {
        return Optional.of(readinessOf.apply(process));
    }

    @Override
    public Optional<URI> liveness() {
        return Optional.of(livenessOf.apply(process));
    }

    @Override
    public List<String> lines() {
        return process.lines().stream().map(OutputLine::text).toList();
    }

    @Override
    public String awaitLine(String regex, Duration atMost) {
        return process.awaitLine(regex, atMost).text();
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void terminate() {
        process.signal("TERM");
    }

    @Override
    public Optional<Integer> awaitExit(Duration atMost) {
        return Optional.of(process.awaitExit(atMost));
    }

    @Override
    public void close() {
        process.close();
    }
}
