package io.github.pavelagarkov.kernel.core.log;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes about the calls that a server has served, in the form of {@link KernelLog}: one line when a call has ended, and the
 * stack of what failed. The correlation id stands in the message, for encoders that leave the log context out.
 *
 * <p>Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md GR-5, LG-1, LG-3</a>
 */
public final class CallLog {
    private final Logger logger;
    private final String component;

    private CallLog(Logger logger, String component) {
        this.logger = logger;
        this.component = component;
    }

    /**
     * {@return a log of calls}
     *
     * @param logger name of the logger
     * @param component what serves the calls, for instance {@code grpc}
     */
    public static CallLog named(String logger, String component) {
        return new CallLog(Loggers.named(logger), Check.notNull("component", component));
    }

    /**
     * {@return whether anybody reads the lines about such calls}
     *
     * @param ofInfrastructure whether they are about the server: health, reflection
     */
    public boolean isOn(boolean ofInfrastructure) {
        return logger.isEnabledForLevel(level(ofInfrastructure));
    }

    private static Level level(boolean ofInfrastructure) {
        return ofInfrastructure ? Level.DEBUG : Level.INFO;
    }

    /**
     * Writes that a call has ended, at INFO, or at DEBUG for a call that is about the server itself.
     *
     * @param ofInfrastructure whether it is about the server: health, reflection
     * @param method what was called
     * @param id the correlation id of the call
     * @param status how it ended, a word
     * @param took how long it took
     * @param requestBytes the size of what came in; zero if nobody knows
     * @param responseBytes the size of what went out; zero if nobody knows
     */
    public void ended(
            boolean ofInfrastructure,
            String method,
            String id,
            String status,
            Duration took,
            long requestBytes,
            long responseBytes) {
        LoggingEventBuilder line = KernelLog.begin(logger.atLevel(level(ofInfrastructure)), component, method);
        if (requestBytes > 0) {
            line = line.addKeyValue("request_bytes", requestBytes);
        }
        if (responseBytes > 0) {
            line = line.addKeyValue("response_bytes", responseBytes);
        }
        String message =
                component + " " + method + ": " + status + " after " + Durations.text(took) + ", correlation id " + id;
        KernelLog.end(line, Optional.of(status), Optional.of(took), message);
    }

    /**
     * Writes the stack of what a call has failed with, at ERROR. Its client is told nothing but the id.
     *
     * @param method what was called
     * @param id the correlation id of the call
     * @param thrown what was thrown
     */
    public void failed(String method, String id, Throwable thrown) {
        KernelLog.write(
                logger.atError(),
                LogEntry.of(component, method).withError(thrown),
                component + " " + method + " failed, correlation id " + id);
    }
}
