package io.github.pavelagarkov.kernel.core.log;

import java.util.Optional;
import org.slf4j.Logger;

/**
 * One line for every request, and one for every failure that nobody expected.
 *
 * <p>Each has its words for people in the message and the same as key values: {@code component}, {@code operation}, {@code
 * method}, {@code route} or {@code path}, {@code result}, {@code status}, {@code bytes}, {@code latency_ms}. The correlation
 * id is in the message, for encoders that leave the log context out, and in the context. Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md HT-2, LG-1</a>
 */
public final class RequestLog {
    private final Logger logger;

    private RequestLog(Logger logger) {
        this.logger = logger;
    }

    /**
     * {@return a log of requests}
     *
     * @param logger name of the logger, for instance {@code kernel.http}
     */
    public static RequestLog of(String logger) {
        return new RequestLog(Loggers.named(logger));
    }

    /** {@return whether anybody reads the lines about requests} */
    public boolean isOn() {
        return logger.isInfoEnabled();
    }

    /**
     * Writes the line of a request at INFO, whatever came of it: a failure has a line of its own.
     *
     * @param line what to say
     */
    public void answered(RequestLine line) {
        KernelLog.write(logger.atInfo(), line.entry(), line.message());
    }

    /**
     * Writes at ERROR what nobody caught, with its stack.
     *
     * @param component for instance {@code http}
     * @param id the correlation id of the request
     * @param error what was thrown
     */
    public void failed(String component, String id, Throwable error) {
        LogEntry entry = LogEntry.of(component, "request").withError(error);
        KernelLog.write(
                logger.atError(), entry, component + " request failed, nobody caught the error, correlation id " + id);
    }

    /**
     * Writes at DEBUG why an answer broke off: mostly because the client went away.
     *
     * @param component for instance {@code http}
     * @param id the correlation id of the request
     * @param error what was thrown
     */
    public void broken(String component, String id, Optional<Throwable> error) {
        LogEntry entry = LogEntry.of(component, "request");
        KernelLog.write(
                logger.atDebug(),
                error.map(entry::withError).orElse(entry),
                component + " request broke off, correlation id " + id);
    }
}
