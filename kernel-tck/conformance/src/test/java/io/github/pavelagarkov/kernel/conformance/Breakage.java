package io.github.pavelagarkov.kernel.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckProviders;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Runs the suite against something that breaks a rule on purpose: it has to fail exactly that rule, and say why. Of a
 * breakage that stands alone only its own rule is asked: that it breaks no other is not shown. */
final class Breakage {
    private Breakage() {}

    /** {@return what breaks a rule among the classes that a class holds} */
    static Stream<Class<?>> in(Class<?> holder) {
        return Arrays.<Class<?>>stream(holder.getDeclaredClasses())
                .filter(broken -> broken.isAnnotationPresent(Breaks.class));
    }

    static DynamicTest test(Class<?> broken) {
        return DynamicTest.dynamicTest(
                broken.getAnnotation(Breaks.class).value() + " " + broken.getSimpleName(), () -> check(broken));
    }

    private static void check(Class<?> broken) {
        Breaks breaks = broken.getAnnotation(Breaks.class);

        List<Event> failed = EngineTestKit.engine("junit-jupiter")
                .configurationParameter(TckProviders.PARAMETER, broken.getName())
                .selectors(tests(breaks))
                .execute()
                .testEvents()
                .failed()
                .list();

        assertThat(failed.stream().map(Breakage::rule).collect(Collectors.toSet()))
                .as("rules that fail: %s", failed)
                .containsExactly(breaks.value());
        assertThat(failed.stream().map(Breakage::message))
                .as("messages")
                .anyMatch(message -> message.contains(breaks.says()));
    }

    /** Of a host, the tests of the rule's family alone: each test is a JVM. */
    private static DiscoverySelector[] tests(Breaks breaks) {
        if (!breaks.in().getSimpleName().startsWith("Host")) {
            return new DiscoverySelector[] {DiscoverySelectors.selectClass(breaks.in())};
        }
        return Arrays.stream(breaks.in().getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Rule.class) && concerns(breaks, rule(method)))
                .map(method -> DiscoverySelectors.selectMethod(breaks.in(), method))
                .toArray(DiscoverySelector[]::new);
    }

    private static boolean concerns(Breaks breaks, String rule) {
        return breaks.alone() ? rule.equals(breaks.value()) : family(rule).equals(family(breaks.value()));
    }

    private static String family(String rule) {
        return rule.substring(0, rule.indexOf('-'));
    }

    private static String rule(Event event) {
        return rule(((MethodSource) event.getTestDescriptor().getSource().orElseThrow()).getJavaMethod());
    }

    private static String rule(Method test) {
        return test.getAnnotation(Rule.class).value();
    }

    private static String message(Event event) {
        return String.valueOf(event.getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow()
                .getMessage());
    }
}
