package io.github.pavelagarkov.kernel.core.log;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.core.trace.TraceFields;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes {@link LogEntry log entries} as one line with key values: {@code component}, {@code operation}, {@code result},
 * {@code latency_ms} and each argument by its name; {@code trace_id} and {@code span_id}
 * too if an OpenTelemetry span is current. Other fields of the thread, {@code correlation_id} before all, come with the log
 * context (MDC).
 *
 * <p>Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md LG-1 to LG-4</a>
 */
public final class KernelLog {
    private final Logger logger;
    private final Consumer<String> requestShutdown;

    private KernelLog(Logger logger, Consumer<String> requestShutdown) {
        this.logger = logger;
        this.requestShutdown = requestShutdown;
    }

    /**
     * {@return a log over a logger}; over {@link System.Logger} {@code kernel} where slf4j has no provider; then also in
     * place of a {@code NOPLogger}, as nobody can tell the two apart
     *
     * @param logger where the lines go
     * @param requestShutdown asks the host for a shutdown with exit code 1, told why; must not block
     */
    public static KernelLog of(Logger logger, Consumer<String> requestShutdown) {
        return new KernelLog(
                Loggers.audible(Check.notNull("logger", logger)),
                Check.notNull("shutdown request of the log", requestShutdown));
    }

    /**
     * Writes at DEBUG: every attempt.
     *
     * @param entry what to say
     */
    public void debug(LogEntry entry) {
        write(Level.DEBUG, entry);
    }

    /**
     * Writes at INFO: what changes rarely.
     *
     * @param entry what to say
     */
    public void info(LogEntry entry) {
        write(Level.INFO, entry);
    }

    /**
     * Writes at WARN: worse than usual, and it goes on.
     *
     * @param entry what to say
     */
    public void warn(LogEntry entry) {
        write(Level.WARN, entry);
    }

    /**
     * Writes at ERROR: a person must act.
     *
     * @param entry what to say
     */
    public void error(LogEntry entry) {
        write(Level.ERROR, entry);
    }

    /**
     * Writes at ERROR and asks the host to shut down with exit code 1. Returns; never ends the process by itself.
     *
     * @param entry what to say
     */
    public void fatal(LogEntry entry) {
        write(Level.ERROR, entry);
        requestShutdown.accept(subject(entry));
    }

    private void write(Level level, LogEntry entry) {
        write(logger.atLevel(level), entry, message(entry));
    }

    static void write(LoggingEventBuilder empty, LogEntry entry, String message) {
        LoggingEventBuilder line = begin(empty, entry.component(), entry.operation());
        for (var arg : entry.args().entrySet()) {
            line = line.addKeyValue(arg.getKey(), arg.getValue());
        }
        if (entry.error().isPresent()) {
            line = line.setCause(entry.error().get());
        }
        end(line, entry.result(), entry.latency(), message);
    }

    /** Begins a line; its arguments come between this and {@link #end}. */
    static LoggingEventBuilder begin(LoggingEventBuilder empty, String component, String operation) {
        return empty.addKeyValue("component", component).addKeyValue("operation", operation);
    }

    /** Writes a line that was begun. */
    static void end(LoggingEventBuilder begun, Optional<String> result, Optional<Duration> latency, String message) {
        LoggingEventBuilder line = begun;
        if (result.isPresent()) {
            line = line.addKeyValue("result", result.get());
        }
        if (latency.isPresent()) {
            line = line.addKeyValue("latency_ms", latency.get().toMillis());
        }
        for (var id : TraceFields.current().entrySet()) {
            // Once: a request or an agent may have put them into the context already.
            line = MDC.get(id.getKey()) == null ? line.addKeyValue(id.getKey(), id.getValue()) : line;
        }
        // As an argument, so that braces in a name are text and not a place for another argument.
        line.log("{}", message);
    }

    private static String subject(LogEntry entry) {
        return entry.component() + " " + entry.operation();
    }

    private static String message(LogEntry entry) {
        String ended =
                entry.result().map(result -> ": " + result).orElse(entry.error().isPresent() ? " failed" : "");
        return subject(entry)
                + ended
                + entry.latency().map(took -> " after " + Durations.text(took)).orElse("");
    }
}
