package io.github.pavelagarkov.kernel.cdi.liberty;

import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.tck.TckHost;
import io.github.pavelagarkov.kernel.tck.process.HostProcess;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An application in a server of one application: where it cannot start it has ended, although the server goes on.
 *
 * @param server the process
 */
record ServerProcess(HostProcess server) implements TckHost.Running {
    private static final Pattern NOT_STARTED = Pattern.compile("CWWKZ000[24]E|CWWKZ0012I");
    /** Behind all that applications say of their start. */
    private static final Pattern UP = Pattern.compile("CWWKF0011I");

    private boolean couldNotStart() {
        return has(NOT_STARTED) && has(UP);
    }

    private boolean has(Pattern message) {
        return lines().stream().anyMatch(line -> message.matcher(line).find());
    }

    @Override
    public boolean isAlive() {
        return server.isAlive() && !couldNotStart();
    }

    @Override
    public Optional<Integer> awaitExit(Duration atMost) {
        await().atMost(atMost).until(() -> !isAlive());
        return couldNotStart() ? Optional.empty() : server.awaitExit(atMost);
    }

    @Override
    public Optional<URI> http() {
        return server.http();
    }

    @Override
    public Optional<URI> grpc() {
        return server.grpc();
    }

    @Override
    public Optional<URI> readiness() {
        return server.readiness();
    }

    @Override
    public Optional<URI> liveness() {
        return server.liveness();
    }

    @Override
    public List<String> lines() {
        return server.lines();
    }

    @Override
    public String awaitLine(String regex, Duration atMost) {
        return server.awaitLine(regex, atMost);
    }

    @Override
    public void terminate() {
        server.terminate();
    }

    @Override
    public void close() {
        server.close();
    }
}
