package io.github.pavelagarkov.kernel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.ContractRules;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.Spec;
import io.github.pavelagarkov.kernel.tck.SpecRule;
import io.github.pavelagarkov.kernel.tck.rules.ReadinessRules;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/** No rule without a test, no test without a rule, and no rule of an implementation that nobody broke on purpose. */
final class SuiteCoverageTest {
    /** Rules of hosts that the suite does not ask over the wire yet, and where they are tested until then. */
    private static final Map<String, String> LATER = Map.of();

    /** Families of which every rule has to have an implementation that breaks it. */
    private static final Set<String> BROKEN_FAMILIES = Set.of("LE", "LS", "DL", "JS", "SD", "RB", "CH");

    private static List<Method> tests() {
        return ReflectionSupport.findAllClassesInPackage(
                        ReadinessRules.class.getPackageName(),
                        type -> ContractRules.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers()),
                        name -> true)
                .stream()
                .flatMap(type -> ReflectionSupport.findMethods(
                        type, method -> method.isAnnotationPresent(Rule.class), HierarchyTraversalMode.TOP_DOWN)
                        .stream())
                .toList();
    }

    private static Set<String> tested() {
        return tests().stream()
                .map(method -> method.getAnnotation(Rule.class).value())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyRuleOfImplementationsAndHostsHasATest() {
        Set<String> owed = Spec.load().rules().stream()
                .filter(rule -> rule.level() != SpecRule.Level.K)
                .map(SpecRule::id)
                .collect(Collectors.toCollection(TreeSet::new));
        owed.removeAll(LATER.keySet());

        assertThat(tested()).isEqualTo(owed);
    }

    @Test
    void everyTestIsNamedByItsRule() {
        assertThat(tests())
                .hasSizeGreaterThan(150)
                .allSatisfy(test -> assertThat(test.getName())
                        .startsWith(test.getAnnotation(Rule.class)
                                        .value()
                                        .toLowerCase(Locale.ROOT)
                                        .replace("-", "") + "_"));
    }

    @Test
    void everyRuleOfImplementationsIsBrokenByOneOnPurpose() {
        Set<String> broken = BrokenImplementationsTest.broken()
                .map(type -> type.getAnnotation(Breaks.class).value())
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> owed = Spec.load().rules().stream()
                .filter(rule -> rule.level() == SpecRule.Level.E
                        && BROKEN_FAMILIES.contains(rule.id().substring(0, 2)))
                .map(SpecRule::id)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(broken).containsAll(owed);
    }
}
