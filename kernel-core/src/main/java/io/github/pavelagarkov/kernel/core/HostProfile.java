package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The program that a kernel lives in: what its reports call it, and what it does by itself when the process ends.
 *
 * @param name for reports, for instance {@code Dropwizard 5}
 * @param requestWait how long the host itself waits for requests in flight between the steps of a shutdown; zero or positive [0]
 * @param haltsOnSecondSignal whether a second SIGTERM or SIGINT, at least a second after the first, ends the process at once
 *     [false]; {@code kernel.shutdown.second-signal} can only take it back
 * @param drivesStop whether the host runs the steps of the stop itself, also when its start fails and when the JVM exits
 *     [false]
 * @param sharesProcess whether other applications live in the process, so that {@link Kernel#fail} must not end it [false]
 * @param ports what it listens on, by name, as far as that is known beforehand; for reports
 */
public record HostProfile(
        String name,
        Duration requestWait,
        boolean haltsOnSecondSignal,
        boolean drivesStop,
        boolean sharesProcess,
        Map<String, Integer> ports) {
    private static final Pattern ADMIN = Pattern.compile("admin( \\d+)?");

    /** A service whose main calls {@link Kernel#run()}, which handles signals itself. */
    static final HostProfile PLAIN = HostProfile.of("plain Java");

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is missing or negative
     */
    public HostProfile {
        Check.notNull("host name", name);
        Check.notNegative("requestWait of host " + name, requestWait);
        ports = Collections.unmodifiableMap(new LinkedHashMap<>(ports));
    }

    /**
     * {@return a host that waits for nothing and leaves signals alone}
     *
     * @param name for reports
     */
    public static HostProfile of(String name) {
        return new HostProfile(name, Duration.ZERO, false, false, false, Map.of());
    }

    /**
     * {@return this host with requests in flight}
     *
     * @param most how long it waits for them; zero or positive
     */
    public HostProfile withRequestWait(Duration most) {
        return new HostProfile(name, most, haltsOnSecondSignal, drivesStop, sharesProcess, ports);
    }

    /** {@return this host, ended at once by a second signal; for a process of its own, never for a server with other applications} */
    public HostProfile haltingOnSecondSignal() {
        return new HostProfile(name, requestWait, true, drivesStop, sharesProcess, ports);
    }

    /** {@return this host, which runs the steps of the stop itself: begin, runBelow, finish} */
    public HostProfile drivingStop() {
        return new HostProfile(name, requestWait, haltsOnSecondSignal, true, sharesProcess, ports);
    }

    /**
     * {@return whether it has a port for operators alone: one called {@code admin}, or {@code admin 2} and so on} One that also
     * serves the application is reached by everybody.
     */
    public boolean adminPort() {
        return ports.keySet().stream().anyMatch(name -> ADMIN.matcher(name).matches());
    }

    /** {@return this host, in whose process other applications live} */
    public HostProfile sharingProcess() {
        return new HostProfile(name, requestWait, haltsOnSecondSignal, drivesStop, true, ports);
    }

    /**
     * {@return this host with what it listens on}
     *
     * @param byName port by name of the connector; 0 is a free one
     */
    public HostProfile withPorts(Map<String, Integer> byName) {
        return new HostProfile(name, requestWait, haltsOnSecondSignal, drivesStop, sharesProcess, byName);
    }
}
