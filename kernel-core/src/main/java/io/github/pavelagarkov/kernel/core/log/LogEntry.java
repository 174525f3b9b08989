package io.github.pavelagarkov.kernel.core.log;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What one line says, as fields. Immutable.
 *
 * @param component the part of the service that speaks, for instance {@code billing}
 * @param operation what it did, for instance {@code close-invoice}
 * @param args what it did it with, in order; no secret and no SQL parameter: they are written as they are
 * @param result what came out; empty for nothing worth saying
 * @param error what went wrong; written with its stack
 * @param latency how long it took
 */
public record LogEntry(
        String component,
        String operation,
        Map<String, Object> args,
        Optional<String> result,
        Optional<Throwable> error,
        Optional<Duration> latency) {
    /**
     * Checks the values and copies the map, keeping its order.
     *
     * @throws IllegalArgumentException if a value is missing
     */
    public LogEntry {
        Check.notNull("component of a log entry", component);
        Check.notNull("operation of a log entry", operation);
        args = Collections.unmodifiableMap(new LinkedHashMap<>(Check.notNull("args of a log entry", args)));
        Check.notNull("result of a log entry", result);
        Check.notNull("error of a log entry", error);
        Check.notNull("latency of a log entry", latency);
    }

    /**
     * {@return an entry with nothing but its subject}
     *
     * @param component the part of the service that speaks
     * @param operation what it did
     */
    public static LogEntry of(String component, String operation) {
        return new LogEntry(component, operation, Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * {@return this entry with one more argument}
     *
     * @param name of the argument
     * @param value of the argument; no secret
     */
    public LogEntry withArg(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(args);
        more.put(name, Check.notNull("arg '" + name + "' of a log entry", value));
        return new LogEntry(component, operation, more, result, error, latency);
    }

    /**
     * {@return this entry with a result}
     *
     * @param outcome what came out
     */
    public LogEntry withResult(String outcome) {
        return new LogEntry(component, operation, args, Optional.of(outcome), error, latency);
    }

    /**
     * {@return this entry with an error}
     *
     * @param thrown what went wrong
     */
    public LogEntry withError(Throwable thrown) {
        return new LogEntry(component, operation, args, result, Optional.of(thrown), latency);
    }

    /**
     * {@return this entry with a latency}
     *
     * @param took how long it took
     */
    public LogEntry withLatency(Duration took) {
        return new LogEntry(component, operation, args, result, error, Optional.of(took));
    }
}
