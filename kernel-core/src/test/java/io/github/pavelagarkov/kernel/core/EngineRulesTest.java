package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.Spec;
import io.github.pavelagarkov.kernel.tck.SpecRule;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every rule of level [K] has a test here, and none that SPEC.md does not have. */
final class EngineRulesTest {
    @Test
    void everyRuleOfTheEnginesHasATest() {
        JavaClasses classes = new ClassFileImporter().importPackages("io.github.pavelagarkov.kernel.core");

        Set<String> tested = classes.stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.isAnnotatedWith(Rule.class))
                .map(EngineRulesTest::rule)
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> asked = Spec.load().rules().stream()
                .filter(rule -> rule.level() == SpecRule.Level.K)
                .map(SpecRule::id)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(tested).isEqualTo(asked);
    }

    private static String rule(JavaMethod method) {
        return method.getAnnotationOfType(Rule.class).value();
    }
}
