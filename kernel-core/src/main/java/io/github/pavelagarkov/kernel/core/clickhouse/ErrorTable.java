package io.github.pavelagarkov.kernel.core.clickhouse;

import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The errors of ClickHouse: {@code codes.tsv} names them all, {@code errors.tsv} says what to do. Immutable. */
final class ErrorTable {
    static final ErrorTable STANDARD = read();

    private final Map<Integer, String> names;
    private final Map<String, Integer> codes;
    private final Map<Integer, List<ErrorReaction>> reactions;

    private ErrorTable(Map<Integer, String> names, Map<Integer, List<ErrorReaction>> reactions) {
        this.names = names;
        this.codes = new HashMap<>();
        names.forEach((code, name) -> codes.put(name, code));
        this.reactions = reactions;
    }

    private static ErrorTable read() {
        Map<Integer, String> names = new TreeMap<>();
        rows("codes.tsv").forEach(row -> names.put(Integer.valueOf(row[0]), row[1]));
        Map<Integer, List<ErrorReaction>> reactions = new TreeMap<>();
        for (String[] row : rows("errors.tsv")) {
            ErrorReaction reaction = new ErrorReaction(
                    Integer.parseInt(row[0]),
                    row[1],
                    row[2].equals("-") ? "" : row[2],
                    Action.valueOf(row[3]),
                    duration(row[4]),
                    duration(row[5]),
                    Applied.valueOf(row[6]),
                    row[7]);
            reactions
                    .computeIfAbsent(reaction.code(), code -> new ArrayList<>())
                    .add(reaction);
        }
        reactions.replaceAll((code, rows) -> List.copyOf(rows));
        return new ErrorTable(names, reactions);
    }

    private static List<String[]> rows(String resource) {
        try (InputStream found = Objects.requireNonNull(
                        ErrorTable.class.getResourceAsStream(resource), () -> resource + " is not beside its class");
                BufferedReader lines = new BufferedReader(new InputStreamReader(found, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + resource, e);
        }
    }

    private static Duration duration(String text) {
        return text.equals("-") ? Duration.ZERO : Duration.parse("PT" + text);
    }

    /** {@return the name of a code; empty if this version of the server has none with that number} */
    String name(int code) {
        return names.getOrDefault(code, "");
    }

    /** {@return the code with a name; 0 if there is none} */
    int code(String name) {
        return codes.getOrDefault(name, 0);
    }

    /** {@return all codes with a name, ascending} */
    Iterable<Integer> codes() {
        return names.keySet();
    }

    /** {@return the rows for each code that has any; in a code's list the first that counts does} */
    Map<Integer, List<ErrorReaction>> reactions() {
        return new TreeMap<>(reactions);
    }
}
