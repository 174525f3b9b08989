package io.github.pavelagarkov.kernel.tck;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts a host, black box: a program or server that runs {@link TckApplication}. */
public interface TckHost {
    /**
     * Starts the host; it may still be starting when this returns.
     *
     * @param config settings, {@code kernel.…} keys and their values, as the host's own file would have them, and
     *     {@link TckApplication#BEHAVIOUR}
     * @param environment environment variables on top of those of this process
     * @return the host
     */
    Running start(Map<String, String> config, Map<String, String> environment);

    /** A host that was started. Closing it kills it if need be. */
    interface Running extends AutoCloseable {
        /** {@return where its REST application answers; empty without {@link Capability#HTTP}} */
        Optional<URI> http();

        /** {@return where its gRPC server answers; empty without {@link Capability#GRPC}} */
        Optional<URI> grpc();

        /** {@return where to ask for readiness, answered with 200 or 503; empty if the host has no such address} */
        Optional<URI> readiness();

        /** {@return where to ask for liveness, answered with 200 or 503; empty if the host has no such address} */
        Optional<URI> liveness();

        /** {@return what it has written so far: its log lines and the lines of {@link TckApplication}} */
        List<String> lines();

        /**
         * Waits for a line.
         *
         * @param regex found anywhere in the line
         * @param atMost how long, in real time
         * @return the first such line
         * @throws AssertionError if there is none in time, or the host ended without it
         */
        String awaitLine(String regex, Duration atMost);

        /** Asks it to stop as its platform would: SIGTERM for a process, undeploy for an application in a server. */
        void terminate();

        /**
         * Waits for the end.
         *
         * @param atMost how long, in real time
         * @return the exit code; empty for an application in a server, which has none
         * @throws AssertionError if it has not ended in time
         */
        Optional<Integer> awaitExit(Duration atMost);

        @Override
        void close();
    }
}
