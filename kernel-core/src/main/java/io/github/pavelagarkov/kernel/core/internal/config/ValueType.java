package io.github.pavelagarkov.kernel.core.internal.config;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.Secret;
import io.github.pavelagarkov.kernel.clickhouse.ClickHouseUrl;
import io.github.pavelagarkov.kernel.core.internal.cron.CronExpression;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * How the text of a setting becomes a value, and how it may be shown.
 *
 * @param allowed what is accepted, to follow the words "must be"
 * @param parse the value of a text; throws IllegalArgumentException with a message that holds no secret
 * @param shown the text as messages and dumps may show it
 */
record ValueType<T>(String allowed, Function<String, T> parse, UnaryOperator<String> shown) {
    private static final String NAME_RULE = "[a-z][a-z0-9-]{0,62}";

    static final ValueType<Duration> DURATION =
            open("a duration, zero or more, such as 500ms, 30s, 5m or PT30S", Durations::parse);
    static final ValueType<Duration> POSITIVE_DURATION = open(
            "a duration above zero such as 500ms, 30s, 5m or PT30S",
            text -> Check.positive("duration", Durations.parse(text)));
    static final ValueType<String> NAME = open("a name: " + NAME_RULE, text -> Check.name("name", text));
    static final ValueType<List<String>> NAMES =
            open("names with commas between, each once: " + NAME_RULE, ValueType::names);
    /** Names that become part of keys, where two words have a meaning of their own. */
    static final ValueType<List<String>> LISTED =
            open("names with commas between, each once, none of them 'defaults' or 'names': " + NAME_RULE, text -> {
                List<String> names = names(text);
                require(!names.contains(ConfigKeys.DEFAULTS) && !names.contains("names"), "another name");
                return names;
            });

    static final ValueType<List<String>> PATHS = open(
            "paths with commas between, each beginning with /: [A-Za-z0-9/._~-]{1,200}, with /* at its end if need be",
            ValueType::paths);

    static final ValueType<Boolean> BOOLEAN = open("true or false", ValueType::bool);
    static final ValueType<ZoneId> ZONE = open("a time zone such as Europe/Berlin or UTC", ValueType::zone);
    static final ValueType<String> CRON =
            open("a cron expression such as 0 3 * * *, with leading seconds if need be, or @hourly", ValueType::cron);
    static final ValueType<Double> HALF = open("a number from 0 to 0.5", ValueType::half);
    static final ValueType<Integer> PORT = number(0, 65_535);
    static final ValueType<Secret> SECRET = new ValueType<>("text", Secret::of, text -> Secret.MASK);
    static final ValueType<RedisUri> REDIS_URI =
            new ValueType<>(RedisUri.FORM, RedisUri::parse, text -> Check.printable(RedisUri.masked(text)));

    static final ValueType<PostgresUrl> POSTGRES_URL =
            new ValueType<>(PostgresUrl.FORM, PostgresUrl::parse, text -> Check.printable(PostgresUrl.masked(text)));

    static final ValueType<ClickHouseUrl> CLICKHOUSE_URL = new ValueType<>(
            ClickHouseUrl.FORM, ClickHouseUrl::new, text -> Check.printable(ClickHouseUrl.masked(text)));
    /** Where a file is; whether it is there says who reads it. */
    static final ValueType<Path> FILE = open("the path of a file", Path::of);

    static ValueType<String> text(String allowed, String pattern) {
        return open(allowed, text -> {
            require(text.matches(pattern), allowed);
            return text;
        });
    }

    static ValueType<Integer> number(int minimum, int maximum) {
        String allowed = "a whole number from " + minimum + " to " + maximum;
        return open(allowed, text -> {
            require(text.matches("-?\\d{1,9}"), allowed);
            return Check.range("number", Integer.parseInt(text), minimum, maximum);
        });
    }

    static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        String allowed =
                Arrays.stream(type.getEnumConstants()).map(ValueType::word).collect(Collectors.joining(" or "));
        return open(
                allowed,
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> word(constant)
                                .equals(text.toLowerCase(Locale.ROOT).replace('_', '-')))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(allowed)));
    }

    /** {@return a constant as settings spell it} */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <T> ValueType<T> open(String allowed, Function<String, T> parse) {
        return new ValueType<>(allowed, parse, Check::printable);
    }

    private static List<String> names(String text) {
        List<String> names = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String name = Check.name("name", part.trim());
            require(!names.contains(name), "each name once");
            names.add(name);
        }
        return List.copyOf(names);
    }

    private static List<String> paths(String text) {
        List<String> paths =
                Arrays.stream(text.split(",", -1)).map(String::trim).toList();
        paths.forEach(
                path -> require(path.matches("/[A-Za-z0-9/._~-]{0,199}(?<=/)\\*|/[A-Za-z0-9/._~-]{0,199}"), "a path"));
        return paths;
    }

    // Not Boolean.parseBoolean: it takes "yes" and every typo for false.
    private static boolean bool(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        require(lower.equals("true") || lower.equals("false"), "true or false");
        return lower.equals("true");
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    private static String cron(String text) {
        try {
            // Whether it is right hangs on no zone.
            CronExpression.parse(text, ZoneOffset.UTC);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(reason(e), e);
        } catch (KernelException e) {
            // Without the library nothing can be said here, and the job that needs it names it.
            return text;
        }
        return text;
    }

    /** {@return what the library says, without the repetition of the expression around it} */
    private static String reason(IllegalArgumentException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return Check.printable(String.valueOf(cause.getMessage()));
    }

    private static double half(String text) {
        // Not Double.parseDouble alone: it reads NaN, hexadecimal and a trailing "d".
        require(text.matches("\\d{1,9}(\\.\\d{1,9})?"), "a decimal number");
        double value = Double.parseDouble(text);
        require(value <= 0.5, "at most 0.5");
        return value;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
