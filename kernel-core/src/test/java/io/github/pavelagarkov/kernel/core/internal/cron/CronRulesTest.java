package io.github.pavelagarkov.kernel.core.internal.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronRulesTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final ZoneId LORD_HOWE = ZoneId.of("Australia/Lord_Howe");

    /** {@return the points of an expression in a window, as local times with offsets} */
    private static List<String> points(String expression, ZoneId zone, String from, int count) {
        CronExpression cron = CronExpression.parse(expression, zone);
        List<String> all = new ArrayList<>();
        long at = LocalDateTime.parse(from).atZone(zone).toInstant().toEpochMilli();
        for (int i = 0; i < count; i++) {
            at = cron.nextAfter(at);
            all.add(OffsetDateTime.ofInstant(Instant.ofEpochMilli(at), zone).toString());
        }
        return all;
    }

    @Test
    void js11_aFixedTimeInTheGapFiresOnceAtTheFirstValidInstant() {
        assertThat(points("30 2 * * *", BERLIN, "2026-03-28T12:00", 2))
                .containsExactly("2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00");
        assertThat(points("0,15,30 2,3 * * *", BERLIN, "2026-03-29T00:00", 3))
                .containsExactly("2026-03-29T03:00+02:00", "2026-03-29T03:15+02:00", "2026-03-29T03:30+02:00");
        assertThat(points("30 2 * * *", NEW_YORK, "2026-03-08T00:00", 1)).containsExactly("2026-03-08T03:00-04:00");
        assertThat(points("15 2 * * *", LORD_HOWE, "2026-10-04T00:00", 1)).containsExactly("2026-10-04T02:30+11:00");
    }

    @Test
    void js11_aFixedTimeInTheFoldFiresOnceInItsFirstPass() {
        assertThat(points("30 2 * * *", BERLIN, "2026-10-25T00:00", 2))
                .containsExactly("2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00");
        assertThat(points("0,30 1 * * *", NEW_YORK, "2026-11-01T00:00", 3))
                .containsExactly("2026-11-01T01:00-04:00", "2026-11-01T01:30-04:00", "2026-11-02T01:00-05:00");
        assertThat(points("45 1 * * *", LORD_HOWE, "2026-04-05T00:00", 2))
                .containsExactly("2026-04-05T01:45+11:00", "2026-04-06T01:45+10:30");
    }

    @Test
    void js11_hourStarRunsOnElapsedTime() {
        assertThat(points("*/30 * * * *", BERLIN, "2026-10-25T01:30", 5))
                .containsExactly(
                        "2026-10-25T02:00+02:00",
                        "2026-10-25T02:30+02:00",
                        "2026-10-25T02:00+01:00",
                        "2026-10-25T02:30+01:00",
                        "2026-10-25T03:00+01:00");
        assertThat(points("0 * * * *", BERLIN, "2026-03-29T00:00", 3))
                .containsExactly("2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00", "2026-03-29T04:00+02:00");
        assertThat(points("0 * * * *", LORD_HOWE, "2026-10-04T00:00", 3))
                .containsExactly("2026-10-04T01:00+10:30", "2026-10-04T03:00+11:00", "2026-10-04T04:00+11:00");
    }

    @ParameterizedTest
    @CsvSource({
        "'0 0 * * 0',2026-06-07T00:00Z",
        "'0 0 * * 7',2026-06-07T00:00Z",
        "'0 0 * * SUN',2026-06-07T00:00Z",
        "'0 0 * * MON-FRI',2026-06-02T00:00Z",
        "'0 0 * * FRI-SUN',2026-06-05T00:00Z",
        "'0 0 * * 6-1',2026-06-06T00:00Z",
        "'0 0 L * ?',2026-06-30T00:00Z",
        "'0 0 L-2 * ?',2026-06-28T00:00Z",
        "'0 0 LW 5 ?',2027-05-31T00:00Z",
        "'0 0 15W 8 ?',2026-08-14T00:00Z",
        "'0 0 ? * 5L',2026-06-26T00:00Z",
        "'0 0 ? * FRI#2',2026-06-12T00:00Z",
        "'0 0 29 2 *',2028-02-29T00:00Z",
        "'@hourly',2026-06-01T13:00Z",
        "'@daily',2026-06-02T00:00Z",
        "'@midnight',2026-06-02T00:00Z",
        "'@weekly',2026-06-07T00:00Z",
        "'@monthly',2026-07-01T00:00Z",
        "'@yearly',2027-01-01T00:00Z",
        "'0 0 13 * 5',2026-06-05T00:00Z",
        "'15 30 * * * *',2026-06-01T12:30:15Z",
        "'0 22-2/2 * * *',2026-06-01T22:00Z"
    })
    void js11_readsTheFieldsAsUnixHasThem(String expression, String expected) {
        long from = Instant.parse("2026-06-01T12:00:00Z").toEpochMilli();

        long next = CronExpression.parse(expression, ZoneOffset.UTC).nextAfter(from);

        assertThat(Instant.ofEpochMilli(next))
                .isEqualTo(OffsetDateTime.parse(expected).toInstant());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "61 * * * *",
                "0 0 30 2 *",
                "0 0 * * 8",
                "0 0 * * L",
                "*/0 * * * *",
                "@never",
                "a b c d e"
            })
    void js11_refusesWhatIsWrongOrNeverFires(String expression) {
        assertThatThrownBy(() -> CronExpression.parse(expression, ZoneOffset.UTC))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cron expression '" + expression + "' must have five fields");
    }

    @Test
    void js11_lastWithinIsTheNewestPointOfTheWindow() {
        CronExpression hourly = CronExpression.parse("0 * * * *", ZoneOffset.UTC);
        long now = Instant.parse("2026-06-01T12:20:00Z").toEpochMilli();

        assertThat(hourly.lastWithin(now - Duration.ofDays(3).toMillis(), now))
                .isEqualTo(now - Duration.ofMinutes(20).toMillis());
        assertThat(hourly.lastWithin(now - Duration.ofMinutes(19).toMillis(), now))
                .isEqualTo(CronExpression.NONE);
    }

    /** The oracle looks at every minute; it knows nothing of bits or jumps. */
    @Test
    void js11_agreesWithAScanOfEveryMinute() {
        long seed = 20261122L;
        Random random = new Random(seed);
        List<ZoneId> zones = List.of(BERLIN, NEW_YORK, LORD_HOWE, ZoneOffset.UTC);
        List<String> days = List.of("2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-04-04", "2026-10-03");
        for (int round = 0; round < 400; round++) {
            ZoneId zone = zones.get(random.nextInt(zones.size()));
            String[] fields = {
                field(random, 0, 59),
                field(random, 0, 5),
                random.nextInt(3) > 0 ? "*" : field(random, 1, 28),
                "*",
                random.nextInt(3) > 0 ? "*" : field(random, 0, 6)
            };
            String expression = String.join(" ", fields);
            LocalDateTime begin = LocalDateTime.parse(days.get(random.nextInt(days.size())) + "T00:00");

            assertThat(byEngine(expression, zone, begin))
                    .as("seed %d round %d: '%s' in %s from %s", seed, round, expression, zone, begin)
                    .isEqualTo(byScan(fields, zone, begin));
        }
    }

    private static String field(Random random, int least, int most) {
        int a = least + random.nextInt(most - least + 1);
        int b = a + random.nextInt(most - a + 1);
        return switch (random.nextInt(6)) {
            case 0 -> "*";
            case 1 -> "*/" + (1 + random.nextInt(most - least));
            case 2 -> a + "-" + b;
            case 3 -> a + "," + b;
            case 4 -> a + "-" + b + "/" + 2;
            default -> String.valueOf(a);
        };
    }

    private static List<Instant> byEngine(String expression, ZoneId zone, LocalDateTime begin) {
        CronExpression cron = CronExpression.parse(expression, zone);
        Instant end = begin.plusDays(3).atZone(zone).toInstant();
        List<Instant> all = new ArrayList<>();
        long at = begin.atZone(zone).toInstant().toEpochMilli();
        while ((at = cron.nextAfter(at)) != CronExpression.NONE && at < end.toEpochMilli()) {
            all.add(Instant.ofEpochMilli(at));
        }
        return all;
    }

    private static List<Instant> byScan(String[] fields, ZoneId zone, LocalDateTime begin) {
        Instant first = begin.atZone(zone).toInstant();
        Instant end = begin.plusDays(3).atZone(zone).toInstant();
        TreeSet<Instant> all = new TreeSet<>();
        if (fields[1].startsWith("*")) {
            for (Instant at = first.plusSeconds(60); at.isBefore(end); at = at.plusSeconds(60)) {
                if (matches(fields, LocalDateTime.ofInstant(at, zone))) {
                    all.add(at);
                }
            }
        } else {
            for (LocalDateTime local = begin.plusMinutes(1);
                    local.isBefore(begin.plusDays(3));
                    local = local.plusMinutes(1)) {
                if (matches(fields, local)) {
                    var change = zone.getRules().getTransition(local);
                    Instant at = change != null && change.isGap()
                            ? change.getInstant()
                            : ZonedDateTime.of(local, zone)
                                    .withEarlierOffsetAtOverlap()
                                    .toInstant();
                    all.add(at);
                }
            }
        }
        return List.copyOf(all);
    }

    private static boolean matches(String[] fields, LocalDateTime local) {
        boolean month = in(fields[2], local.getDayOfMonth(), 1);
        boolean week = in(fields[4], local.getDayOfWeek().getValue() % 7, 0);
        boolean both = fields[2].startsWith("*") || fields[4].startsWith("*");
        boolean day = both ? (month && week) : (month || week);
        return in(fields[0], local.getMinute(), 0) && in(fields[1], local.getHour(), 0) && day;
    }

    private static boolean in(String field, int value, int least) {
        for (String item : field.split(",", -1)) {
            String[] step = item.split("/", -1);
            int by = step.length > 1 ? Integer.parseInt(step[1]) : 1;
            String[] ends = step[0].split("-", -1);
            int from = step[0].equals("*") ? least : Integer.parseInt(ends[0]);
            int to = step[0].equals("*") ? 99 : Integer.parseInt(ends[ends.length - 1]);
            if (value >= from && value <= to && (value - from) % by == 0) {
                return true;
            }
        }
        return false;
    }
}
