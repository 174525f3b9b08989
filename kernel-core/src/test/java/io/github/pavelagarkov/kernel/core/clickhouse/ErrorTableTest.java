package io.github.pavelagarkov.kernel.core.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.clickhouse.Verdict.Action;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table itself: complete, and without a row that never counts. */
final class ErrorTableTest {
    private final ClickHouseErrors policy = ClickHouseErrors.standard();

    private static Map<Integer, String> codes() {
        Map<Integer, String> codes = new LinkedHashMap<>();
        ErrorTable.STANDARD.codes().forEach(code -> codes.put(code, ErrorTable.STANDARD.name(code)));
        return codes;
    }

    @Test
    void everyCodeHasItsNameByNumberAndByText() {
        Map<Integer, String> codes = codes();

        assertThat(codes).hasSize(661);
        codes.forEach((code, name) -> {
            Verdict byNumber = policy.judge(new SQLException("refused", "22000", code));
            Verdict byText = policy.judge(new SQLException("Code: " + code + ". DB::Exception: refused", "HY000", 0));
            Verdict byName = policy.judge(new SQLException("DB::Exception: refused. (" + name + ")", "HY000", 0));

            assertThat(List.of(byNumber, byText, byName)).allSatisfy(verdict -> {
                assertThat(verdict.code()).hasValue(code);
                assertThat(verdict.codeName()).isEqualTo(name);
                assertThat(verdict.fromServer()).isTrue();
                assertThat(verdict.reason()).isNotBlank();
            });
            assertThat(List.of(byText, byName)).containsOnly(byNumber);
        });
    }

    @Test
    void everyRowHasTheNameOfItsCodeAndCanCount() {
        Map<Integer, String> codes = codes();
        Set<Integer> decided = new HashSet<>();

        assertThat(policy.reactions()).hasSizeGreaterThan(100).allSatisfy(row -> {
            assertThat(row.name()).isEqualTo(codes.get(row.code()));
            assertThat(decided).as("codes decided before the row %s", row).doesNotContain(row.code());
            if (row.says().isEmpty()) {
                decided.add(row.code());
            }
        });
        // Whatever the message says there is a row.
        assertThat(policy.reactions()).allSatisfy(row -> assertThat(decided).contains(row.code()));
    }

    @Test
    void delaysGrowAndOnlyWhatIsRepeatedHasOne() {
        assertThat(policy.reactions()).allSatisfy(row -> {
            assertThat(row.cap()).isGreaterThanOrEqualTo(row.delay());
            if (row.action() == Action.GIVE_UP || row.action() == Action.SHRINK) {
                assertThat(row.cap()).isZero();
            } else {
                assertThat(row.delay()).isPositive();
            }
        });
    }
}
