package io.github.pavelagarkov.kernel.core.dashboard;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Writes records as JSON: a component by its name, what is empty not at all, a duration in milliseconds under a name that
 * says so. Nothing else in kernel writes JSON of this size, so there is no library for it at run time.
 */
final class StatusJson {
    private final StringBuilder out = new StringBuilder(4096);

    private StatusJson() {}

    static String of(Record status) {
        StatusJson json = new StatusJson();
        json.value(status);
        return json.out.toString();
    }

    private void value(Object value) {
        if (value instanceof Record record) {
            object(record);
        } else if (value instanceof Map<?, ?> map) {
            object(map);
        } else if (value instanceof Iterable<?> all) {
            array(all);
        } else if (value instanceof Duration duration) {
            // More than whole milliseconds, because most jobs take less than one.
            out.append(duration.getSeconds() * 1_000.0 + Math.round(duration.getNano() / 1_000.0) / 1_000.0);
        } else if (value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Enum<?> constant) {
            text(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        } else {
            text(value.toString());
        }
    }

    private void object(Record record) {
        char separator = '{';
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Optional<?> value = present(read(component, record));
            if (value.isPresent()) {
                out.append(separator);
                separator = ',';
                text(component.getName() + (value.get() instanceof Duration ? "Millis" : ""));
                out.append(':');
                value(value.get());
            }
        }
        out.append(separator == '{' ? "{}" : "}");
    }

    private static Optional<?> present(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional;
        }
        if (value instanceof OptionalInt optional) {
            return optional.isPresent() ? Optional.of(optional.getAsInt()) : Optional.empty();
        }
        return Optional.of(value);
    }

    private static Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot happen: an accessor of a public record throws nothing", e);
        }
    }

    private void object(Map<?, ?> map) {
        out.append('{');
        map.entrySet().stream().sorted((a, b) -> key(a).compareTo(key(b))).forEach(entry -> {
            if (out.charAt(out.length() - 1) != '{') {
                out.append(',');
            }
            text(key(entry));
            out.append(':');
            value(entry.getValue());
        });
        out.append('}');
    }

    private static String key(Map.Entry<?, ?> entry) {
        return entry.getKey().toString();
    }

    private void array(Iterable<?> all) {
        out.append('[');
        String separator = "";
        for (Object value : all) {
            out.append(separator);
            separator = ",";
            value(value);
        }
        out.append(']');
    }

    private void text(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (mustBeEscaped(text, i)) {
                out.append("\\u").append(String.format(Locale.ROOT, "%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /** Half of a pair has no bytes in UTF-8: it would become a question mark on the way. */
    private static boolean mustBeEscaped(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
        }
        // Those from 0x7f to 0x9f steer terminals, the two behind them end lines of scripts.
        return c < ' ' || (c >= 0x7f && c < 0xa0) || c == '\u2028' || c == '\u2029';
    }
}
