package io.github.pavelagarkov.kernel.cdi.tests.host;

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
 * @param notStarted what the server says of an application that could not start
 * @param up what the server says behind all that applications say of their start
 */
public record ServerProcess(HostProcess server, Pattern notStarted, Pattern up) implements TckHost.Running {
    private static final Duration START = Duration.ofMinutes(3);

    /** What a platform waits for before it sends requests, or an end: the kernel is up earlier than its server. */
    private void awaitUp() {
        if (server.isAlive()) {
            var unused = server.awaitLine(up.pattern(), START);
        }
    }

    private boolean couldNotStart() {
        return has(notStarted) && has(up);
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
        awaitUp();
        return server.http();
    }

    @Override
    public Optional<URI> grpc() {
        awaitUp();
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
        awaitUp();
        server.terminate();
    }

    @Override
    public void close() {
        server.close();
    }
}
