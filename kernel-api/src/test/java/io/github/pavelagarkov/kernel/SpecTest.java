package io.github.pavelagarkov.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** SPEC.md is read by programs; this keeps it readable. */
class SpecTest {
    private static final Path SPEC = Path.of(System.getProperty("basedir", "."), "SPEC.md");
    private static final Pattern RULE = Pattern.compile(
            "- ([A-Z]{2})-(\\d+)([a-z]?)" + " \\[(E|H|K|E:[A-Z_]+)] (?:MUST|SHOULD|MAY) \\S.*\\S — Intent: \\S.*\\.");
    private static final int FAMILY = 1;
    private static final int NUMBER = 2;
    private static final int LETTER = 3;
    private static final int LEVEL = 4;
    private static final Pattern CODE_WORD = Pattern.compile("`([A-Z_]+)`");
    private static final List<String> FAMILIES =
            List.of("TM", "LE", "LS", "DL", "JS", "SD", "RB", "CH", "PG", "HT", "GR", "LG", "CF", "EV");

    @Test
    void everyLineThatLooksLikeARuleIsOne() throws IOException {
        List<String> broken = lines().stream()
                .filter(line -> line.matches("- [A-Za-z]+-\\d.*"))
                .filter(line -> !RULE.matcher(line).matches())
                .toList();

        assertThat(broken)
                .as("lines that are not '- <ID> [<LEVEL>] MUST|SHOULD|MAY <text> — Intent: <why>.'")
                .isEmpty();
    }

    @Test
    void familiesStandInTheirOrderUnderTheirHeadings() throws IOException {
        String heading = "none";
        List<String> headings = new ArrayList<>();
        for (String line : lines()) {
            if (line.matches("## [A-Z]{2} .*")) {
                heading = line.substring(3, 5);
                headings.add(heading);
            } else if (RULE.matcher(line).matches()) {
                assertThat(line).startsWith("- " + heading + "-");
            }
        }

        assertThat(headings).containsExactlyElementsOf(FAMILIES);
    }

    @Test
    void idsAreUniqueAndWithoutGaps() throws IOException {
        Map<String, Set<Integer>> numbersOfFamily = new TreeMap<>();
        Map<String, List<String>> lettersOfNumber = new TreeMap<>();
        for (MatchResult rule : rules()) {
            numbersOfFamily
                    .computeIfAbsent(rule.group(FAMILY), key -> new TreeSet<>())
                    .add(Integer.valueOf(rule.group(NUMBER)));
            lettersOfNumber
                    .computeIfAbsent(rule.group(FAMILY) + "-" + rule.group(NUMBER), key -> new ArrayList<>())
                    .add(rule.group(LETTER));
        }

        numbersOfFamily.forEach((family, numbers) -> assertThat(numbers)
                .as("numbers of family %s", family)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, numbers.size()).boxed().toList()));
        lettersOfNumber.forEach((number, letters) -> assertThat(String.join("", letters))
                .as("letters of %s, which come once each, from a on, and only where there are two or more", number)
                .isEqualTo(letters.size() == 1 ? "" : "abcdefghij".substring(0, letters.size())));
    }

    @Test
    void capabilitiesAreThoseOfTheHead() throws IOException {
        String head = lines().stream()
                .filter(line -> line.startsWith("- **Capabilities**"))
                .findFirst()
                .orElseThrow();
        Set<String> explained =
                CODE_WORD.matcher(head).results().map(word -> word.group(1)).collect(Collectors.toSet());

        Set<String> asked = rules().stream()
                .map(rule -> rule.group(LEVEL))
                .filter(level -> level.startsWith("E:"))
                .map(level -> level.substring(2))
                .collect(Collectors.toSet());

        assertThat(asked).isEqualTo(explained);
    }

    @Test
    void noRuleIsLost() throws IOException {
        // A floor: an edit that breaks the pattern would otherwise make every check above pass on nothing.
        assertThat(rules().size()).isGreaterThanOrEqualTo(110);
    }

    private static List<MatchResult> rules() throws IOException {
        return lines().stream()
                .map(RULE::matcher)
                .filter(Matcher::matches)
                .map(Matcher::toMatchResult)
                .toList();
    }

    private static List<String> lines() throws IOException {
        return Files.readAllLines(SPEC);
    }
}
