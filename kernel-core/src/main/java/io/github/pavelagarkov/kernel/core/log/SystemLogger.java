package io.github.pavelagarkov.kernel.core.log;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** A logger over {@link System.Logger}, which knows no key values: they stand behind the message. Thread-safe. */
final class SystemLogger extends LegacyAbstractLogger implements LoggingEventAware {
    private static final long serialVersionUID = 1;

    private final transient System.Logger target;

    SystemLogger(String name, System.Logger target) {
        this.name = name;
        this.target = target;
    }

    // Not left to slf4j, which would put the key values before the pattern, where braces in a value take its arguments.
    @Override
    public void log(LoggingEvent event) {
        write(
                event.getLevel(),
                event.getMessage(),
                event.getArgumentArray(),
                keyValues(event.getKeyValuePairs()),
                event.getThrowable());
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        write(level, pattern, arguments, "", thrown);
    }

    private void write(
            Level level, String pattern, Object @Nullable [] arguments, String keyValues, @Nullable Throwable thrown) {
        // Not as a pattern with parameters: System.Logger has another syntax.
        target.log(of(level), MessageFormatter.basicArrayFormat(pattern, arguments) + keyValues, thrown);
    }

    private static String keyValues(@Nullable List<KeyValuePair> pairs) {
        return pairs == null || pairs.isEmpty()
                ? ""
                : pairs.stream().map(pair -> pair.key + "=" + pair.value).collect(Collectors.joining(", ", " [", "]"));
    }

    private static System.Logger.Level of(Level level) {
        return switch (level) {
            case ERROR -> System.Logger.Level.ERROR;
            case WARN -> System.Logger.Level.WARNING;
            case INFO -> System.Logger.Level.INFO;
            case DEBUG -> System.Logger.Level.DEBUG;
            case TRACE -> System.Logger.Level.TRACE;
        };
    }

    private boolean isOn(Level level) {
        return target.isLoggable(of(level));
    }

    @Override
    public boolean isTraceEnabled() {
        return isOn(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return isOn(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return isOn(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return isOn(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return isOn(Level.ERROR);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null; // System.Logger finds callers by itself
    }
}
