package io.github.pavelagarkov.kernel.tck;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGenerator;

/** Calls a test by the sentence of its rule. */
public final class RuleSentences extends DisplayNameGenerator.Simple {
    private final Spec spec = Spec.load();

    /** For the test engine. */
    public RuleSentences() {}

    @Override
    public String generateDisplayNameForMethod(
            List<Class<?>> enclosingInstanceTypes, Class<?> testClass, Method testMethod) {
        Rule rule = testMethod.getAnnotation(Rule.class);
        return rule == null
                ? super.generateDisplayNameForMethod(enclosingInstanceTypes, testClass, testMethod)
                : spec.rule(rule.value()).title() + " (" + testMethod.getName() + ")";
    }
}
