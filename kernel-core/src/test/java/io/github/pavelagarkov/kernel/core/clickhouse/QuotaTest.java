package io.github.pavelagarkov.kernel.core.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Applied;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A quota that is used up says until when. */
final class QuotaTest {
    private static final Duration ROW = Duration.ofSeconds(60);

    private static Verdict judge(String now, ZoneId zone, String text) {
        return ClickHouseErrors.builder()
                .clock(new TestClock(Instant.parse(now)))
                .serverZone(zone)
                .build()
                .judge(new SQLException(text, "22000", 201));
    }

    private static String exceeded(String length, String end) {
        return "Code: 201. DB::Exception: Quota for user `few` for " + length
                + " has been exceeded: queries = 4/3. Interval" + " will end at " + end
                + ". Name of quota template: `three`. (QUOTA_EXCEEDED) (version 26.7.2.1)";
    }

    @Test
    void theDelayIsTheRestOfTheInterval() {
        Verdict verdict = judge("2026-11-29T14:21:43Z", ZoneOffset.UTC, exceeded("3600s", "2026-11-29 15:00:00"));

        assertThat(verdict.needWait()).isTrue();
        assertThat(verdict.delay()).isEqualTo(Duration.ofMinutes(38).plusSeconds(18));
        assertThat(verdict.cap()).isEqualTo(verdict.delay());
        assertThat(verdict.applied()).isEqualTo(Applied.PARTIAL);
    }

    @Test
    void theEndIsSaidInTheTimeZoneOfTheServer() {
        Verdict verdict =
                judge("2026-11-29T14:21:43Z", ZoneId.of("Asia/Tokyo"), exceeded("3600s", "2026-11-30 00:00:00"));

        assertThat(verdict.delay()).isEqualTo(Duration.ofMinutes(38).plusSeconds(18));
    }

    @Test
    void anEndJustPassedIsTheDifferenceOfTwoClocks() {
        Verdict verdict = judge("2026-11-29T15:00:20Z", ZoneOffset.UTC, exceeded("3600s", "2026-11-29 15:00:00"));

        assertThat(verdict.delay()).isEqualTo(Duration.ofSeconds(1));
        assertThat(verdict.cap()).isEqualTo(Duration.ofMinutes(10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Of a server in another time zone: an hour of quota cannot last for nine hours, nor have ended long
                // ago.
                "for 3600s has been exceeded. Interval will end at 2026-11-30 00:00:00",
                "for 3600s has been exceeded. Interval will end at 2026-11-29 07:00:00",
                "for 3600s has been exceeded. Interval will end at 2026-13-45 99:00:00",
                "for 3600s has been exceeded. Interval will end at some time",
                "Interval will end at 2026-11-29 15:00:00",
                "Quota expired",
            })
    void withoutAnEndThatCanBeTheRowCounts(String text) {
        Verdict verdict = judge("2026-11-29T14:21:43Z", ZoneOffset.UTC, text);

        assertThat(verdict.needWait()).isTrue();
        assertThat(verdict.delay()).isEqualTo(ROW);
    }

    @Test
    void aRowOfOnesOwnIsTakenAsItIs() {
        Verdict verdict = ClickHouseErrors.builder()
                .clock(new TestClock(Instant.parse("2026-11-29T14:21:43Z")))
                .reaction(ErrorReaction.to(
                        201, Action.WAIT, Duration.ofSeconds(7), Duration.ofSeconds(7), Applied.NO, "as the seed"))
                .build()
                .judge(new SQLException(exceeded("3600s", "2026-11-29 15:00:00"), "22000", 201));

        assertThat(verdict.delay()).isEqualTo(Duration.ofSeconds(7));
    }
}
