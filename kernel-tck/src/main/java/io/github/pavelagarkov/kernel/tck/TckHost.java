package io.github.pavelagarkov.kernel.tck;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Starts a host, black box: a program or server that runs {@link TckApplication}. */
public interface TckHost {
    /**
     * Starts the host; it may still be starting when this returns.
     *
     * @param settings what it is told
     * @return the host
     */
    Running start(Settings settings);

    /**
     * What a host is told.
     *
     * @param behaviour what the application in it does: {@link TckApplication#of}
     * @param file {@code kernel.…} keys in kebab-case, for the host's own file
     * @param environment environment variables on top of those of this process
     * @param systemProperties system properties of the host's JVM
     */
    record Settings(
            TckApplication.Behaviour behaviour,
            Map<String, String> file,
            Map<String, String> environment,
            Map<String, String> systemProperties) {
        /**
         * {@return settings with nothing configured}
         *
         * @param behaviour what the application does
         */
        public static Settings of(TckApplication.Behaviour behaviour) {
            return new Settings(behaviour, Map.of(), Map.of(), Map.of());
        }

        /**
         * {@return these settings and one more in the host's file}
         *
         * @param key in kebab-case
         * @param value its value
         */
        public Settings with(String key, String value) {
            return new Settings(behaviour, added(file, key, value), environment, systemProperties);
        }

        /**
         * {@return these settings and one more environment variable}
         *
         * @param name its name
         * @param value its value
         */
        public Settings withVariable(String name, String value) {
            return new Settings(behaviour, file, added(environment, name, value), systemProperties);
        }

        /**
         * {@return these settings and one more system property}
         *
         * @param key its name
         * @param value its value
         */
        public Settings withProperty(String key, String value) {
            return new Settings(behaviour, file, environment, added(systemProperties, key, value));
        }

        private static Map<String, String> added(Map<String, String> to, String key, String value) {
            Map<String, String> sum = new TreeMap<>(to);
            sum.put(key, value);
            return Map.copyOf(sum);
        }
    }

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

        /** {@return whether it has not ended} */
        boolean isAlive();

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
