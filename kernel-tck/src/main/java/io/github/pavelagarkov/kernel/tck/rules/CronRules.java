package io.github.pavelagarkov.kernel.tck.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.Rule;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * When cron expressions are due: JS-11. Give the suite a scheduler by {@code KernelFixture.scheduler}.
 *
 * <p>Each expected point is found by looking at one day or second after the other, which knows nothing of cron.
 */
public class CronRules extends SchedulerContract {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final ZoneId KOLKATA = ZoneId.of("Asia/Kolkata");
    /** Moves its clocks by half an hour. */
    private static final ZoneId LORD_HOWE = ZoneId.of("Australia/Lord_Howe");

    /** For the test engine. */
    public CronRules() {}

    /** Look at the reading of the day fields: 0 and 7 are Sunday, names, the L of the last, the W of the nearest working day. */
    @Rule("JS-11")
    void js11_readsTheDayFieldsAsUnixHasThem() {
        Map<String, Predicate<ZonedDateTime>> days = new LinkedHashMap<>();
        days.put("0 0 * * *", day -> true);
        days.put("0 0 * * 0", isDay(DayOfWeek.SUNDAY));
        days.put("0 0 * * 7", isDay(DayOfWeek.SUNDAY));
        days.put("0 0 * * 1", isDay(DayOfWeek.MONDAY));
        days.put("0 0 * * SUN", isDay(DayOfWeek.SUNDAY));
        days.put("0 0 * * TUE,THU", isDay(DayOfWeek.TUESDAY).or(isDay(DayOfWeek.THURSDAY)));
        days.put("0 0 * * MON-FRI", day -> day.getDayOfWeek().getValue() <= 5);
        days.put("0 0 1 MAR ?", day -> day.getDayOfMonth() == 1 && day.getMonth() == Month.MARCH);
        days.put("0 0 */10 * *", day -> day.getDayOfMonth() % 10 == 1);
        days.put("0 0 L * ?", CronRules::isLastOfMonth);
        days.put("0 0 15W * ?", CronRules::isWorkingDayNearest15);
        days.put("0 0 LW * ?", CronRules::isLastWorkingDay);
        days.put("0 0 ? * 5L", day -> isLastOfMonth(day, DayOfWeek.FRIDAY));
        days.put("0 0 ? * FRI#2", day -> day.getDayOfWeek() == DayOfWeek.FRIDAY && (day.getDayOfMonth() + 6) / 7 == 2);
        days.put("0 0 29 2 *", day -> day.getDayOfMonth() == 29 && day.getMonth() == Month.FEBRUARY);
        days.put("0 0 13 * 5", day -> day.getDayOfMonth() == 13 || day.getDayOfWeek() == DayOfWeek.FRIDAY);
        days.put("@daily", day -> true);
        days.put("@midnight", day -> true);
        days.put("@weekly", isDay(DayOfWeek.SUNDAY));
        days.put("@monthly", day -> day.getDayOfMonth() == 1);
        days.put("@yearly", day -> day.getDayOfYear() == 1);
        days.put("@annually", day -> day.getDayOfYear() == 1);
        startAwayFromMidnight();

        days.forEach((expression, isDay) -> {
            ZonedDateTime day =
                    wall().atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.DAYS).plusDays(1);
            while (!isDay.test(day)) {
                day = day.plusDays(1);
            }
            assertNext(expression, ZoneOffset.UTC, day);
        });
    }

    private void startAwayFromMidnight() {
        begin();
        Instant now = wall();
        Duration left = Duration.between(now, now.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS));
        if (time().exact()) {
            time().pass(Duration.ofHours(1).plusSeconds(1));
        } else if (left.compareTo(Duration.ofSeconds(10)) < 0) {
            time().pass(left.plusSeconds(1));
        }
    }

    private void assertNext(String expression, ZoneId zone, ZonedDateTime expected) {
        JobHandle job = register(job("cron", NOTHING).cron(expression, zone));
        assertThat(job.nextFireTime().map(next -> next.atZone(zone)))
                .as("next fire time of '%s' in %s, at %s", expression, zone, wall())
                .contains(expected);
        ended("unregister", ticks(1), time().start(() -> scheduler.unregister("cron", ticks(1))));
    }

    private static Predicate<ZonedDateTime> isDay(DayOfWeek wanted) {
        return day -> day.getDayOfWeek() == wanted;
    }

    private static boolean isLastOfMonth(ZonedDateTime day) {
        return day.plusDays(1).getDayOfMonth() == 1;
    }

    private static boolean isLastOfMonth(ZonedDateTime day, DayOfWeek wanted) {
        return day.equals(day.with(TemporalAdjusters.lastInMonth(wanted)));
    }

    private static boolean isWorkingDayNearest15(ZonedDateTime day) {
        return switch (day.withDayOfMonth(15).getDayOfWeek()) {
            case SATURDAY -> day.getDayOfMonth() == 14;
            case SUNDAY -> day.getDayOfMonth() == 16;
            default -> day.getDayOfMonth() == 15;
        };
    }

    private static boolean isLastWorkingDay(ZonedDateTime day) {
        ZonedDateTime last = day.with(TemporalAdjusters.lastDayOfMonth());
        while (last.getDayOfWeek().getValue() > 5) {
            last = last.minusDays(1);
        }
        return day.equals(last);
    }

    /** Look at the time fields, at leading seconds, and at the zone: the fields are read there and not where the host is. */
    @Rule("JS-11")
    void js11_readsTheTimeFieldsInTheGivenZone() {
        Map<String, Predicate<ZonedDateTime>> times = new LinkedHashMap<>();
        times.put("30 4 * * *", at -> at.getHour() == 4 && at.getMinute() == 30 && at.getSecond() == 0);
        times.put("@hourly", at -> at.getMinute() == 0 && at.getSecond() == 0);
        times.put("15 30 * * * *", at -> at.getMinute() == 30 && at.getSecond() == 15);
        times.put(
                "0,30 9-17/4 * * *",
                at -> at.getMinute() % 30 == 0
                        && at.getSecond() == 0
                        && List.of(9, 13, 17).contains(at.getHour()));
        startAwayFromMidnight();

        times.forEach((expression, isTime) -> {
            for (ZoneId zone : List.of(ZoneOffset.UTC, KOLKATA)) {
                ZonedDateTime at =
                        wall().atZone(zone).truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
                while (!isTime.test(at)) {
                    at = at.plusSeconds(1);
                }
                assertNext(expression, zone, at);
            }
        });
    }

    /** Look at a local time that does not exist: its run comes at the first instant after the gap, once. */
    @Rule("JS-11")
    void js11_aFixedTimeThatIsMissingInSpringRunsOnceAtTheFirstValidInstant() {
        requires(Capability.TIME_CONTROL);

        assertThat(runs("30 2 * * *", BERLIN, "2026-03-29T01:45", 2))
                .as("runs of '30 2 * * *' in Berlin on 2026-03-29, where 02:00 to 03:00 is missing")
                .containsExactly("2026-03-29T03:00+02:00");
        assertThat(runs("0,15,30 2,3 * * *", BERLIN, "2026-03-29T01:45", 2))
                .as("runs of '0,15,30 2,3 * * *' in the same night: no instant twice")
                .containsExactly("2026-03-29T03:00+02:00", "2026-03-29T03:15+02:00", "2026-03-29T03:30+02:00");
        assertThat(runs("30 2 * * *", NEW_YORK, "2026-03-08T01:45", 2)).containsExactly("2026-03-08T03:00-04:00");
        assertThat(runs("15 2 * * *", LORD_HOWE, "2026-10-04T01:45", 2))
                .as("runs of '15 2 * * *' on Lord Howe, where half an hour is missing")
                .containsExactly("2026-10-04T02:30+11:00");
    }

    /** Look at a local time that exists twice: its run comes at the first of the two instants, once. */
    @Rule("JS-11")
    void js11_aFixedTimeThatIsDoubledInAutumnRunsOnce() {
        requires(Capability.TIME_CONTROL);

        assertThat(runs("30 2 * * *", BERLIN, "2026-10-25T01:45", 3))
                .as("runs of '30 2 * * *' in Berlin on 2026-10-25, where 02:00 to 03:00 comes twice")
                .containsExactly("2026-10-25T02:30+02:00");
        assertThat(runs("0,30 1 * * *", NEW_YORK, "2026-11-01T00:45", 3))
                .containsExactly("2026-11-01T01:00-04:00", "2026-11-01T01:30-04:00");
        assertThat(runs("45 1 * * *", LORD_HOWE, "2026-04-05T01:15", 2)).containsExactly("2026-04-05T01:45+11:00");
    }

    /** Look at hours given as a star: such a job goes on with elapsed time, through both nights. */
    @Rule("JS-11")
    void js11_everyHourFollowsElapsedTime() {
        requires(Capability.TIME_CONTROL);

        assertThat(runs("*/30 * * * *", BERLIN, "2026-10-25T01:45", 3))
                .as("runs of '*/30 * * * *' in Berlin on 2026-10-25, where 02:00 to 03:00 comes twice")
                .containsExactly(
                        "2026-10-25T02:00+02:00",
                        "2026-10-25T02:30+02:00",
                        "2026-10-25T02:00+01:00",
                        "2026-10-25T02:30+01:00",
                        "2026-10-25T03:00+01:00",
                        "2026-10-25T03:30+01:00");
        assertThat(runs("0 * * * *", BERLIN, "2026-03-29T00:45", 3))
                .as("runs of '0 * * * *' in Berlin on 2026-03-29, where 02:00 to 03:00 is missing")
                .containsExactly("2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00", "2026-03-29T04:00+02:00");
        assertThat(runs("0 */2 * * *", NEW_YORK, "2026-03-07T23:45", 4))
                .as("runs of '0 */2 * * *' in New York on 2026-03-08, where 02:00 to 03:00 is missing")
                .containsExactly("2026-03-08T00:00-05:00", "2026-03-08T04:00-04:00");
    }

    /** Look at what is kept of the past: an instant that was used is over, also when the wall clock is set back. */
    @Rule("JS-11")
    void js11_noInstantIsUsedTwiceWhenTheWallIsSetBack() {
        requires(Capability.TIME_CONTROL);
        List<Instant> points = new CopyOnWriteArrayList<>();
        setWall(LocalDateTime.parse("2026-06-01T11:59:30").toInstant(ZoneOffset.UTC));
        register(job("hourly", context -> points.add(context.scheduledTime())).cron("0 * * * *", ZoneOffset.UTC));
        begin();
        time().pass(Duration.ofMinutes(1));

        time().jumpWall(Duration.ofMinutes(-10));
        time().pass(Duration.ofMinutes(75));

        assertThat(points)
                .as("points of '0 * * * *' from 11:59:30, with the wall clock set back from 12:00:30 to 11:50:30")
                .containsExactly(Instant.parse("2026-06-01T12:00:00Z"), Instant.parse("2026-06-01T13:00:00Z"));
    }

    private void setWall(Instant instant) {
        time().jumpWall(Duration.between(wall(), instant));
    }

    /** {@return when the runs of a job began, as local times with offsets} */
    private List<String> runs(String expression, ZoneId zone, String fromLocal, int hours) {
        List<String> runs = new CopyOnWriteArrayList<>();
        setWall(LocalDateTime.parse(fromLocal).atZone(zone).toInstant());
        scheduler = open(spec());
        register(job(
                        "cron",
                        context ->
                                runs.add(OffsetDateTime.ofInstant(wall(), zone).toString()))
                .cron(expression, zone));

        begin();
        time().pass(Duration.ofHours(hours));
        stopped(ticks(1));

        return runs;
    }
}
