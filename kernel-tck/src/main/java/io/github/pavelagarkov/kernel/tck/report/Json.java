package io.github.pavelagarkov.kernel.tck.report;

import java.util.Collection;
import java.util.Map;

/** Writes JSON. By hand: a JSON library would stand on the class path beside the implementation under test. */
final class Json {
    private final StringBuilder out = new StringBuilder();

    private Json() {}

    /**
     * {@return the text of a value}
     *
     * @param value maps, collections, strings, numbers and booleans, nested as one likes
     */
    static String of(Object value) {
        Json json = new Json();
        json.write(value);
        return json.out.toString();
    }

    private void write(Object value) {
        if (value instanceof Map<?, ?> map) {
            writeObject(map);
        } else if (value instanceof Collection<?> items) {
            writeArray(items);
        } else if (value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            writeString(value.toString());
        }
    }

    private void writeObject(Map<?, ?> map) {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            out.append(separator);
            writeString(entry.getKey().toString());
            out.append(':');
            write(entry.getValue());
            separator = ",\n";
        }
        out.append(map.isEmpty() ? "{}" : "}");
    }

    private void writeArray(Collection<?> items) {
        out.append('[');
        String separator = "";
        for (Object item : items) {
            out.append(separator);
            write(item);
            separator = ",\n";
        }
        out.append(']');
    }

    private void writeString(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // '<' as well: the text also stands inside a script element, which "</script>" would end.
            if (c < ' ' || c == '<' || c == '"' || c == '\\' || c == '\u2028' || c == '\u2029') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
