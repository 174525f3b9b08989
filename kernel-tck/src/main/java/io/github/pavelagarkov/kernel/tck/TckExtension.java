package io.github.pavelagarkov.kernel.tck;

import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;

/** Gives a class of rules its provider, and skips the rules that the provider does not owe. */
public final class TckExtension implements TestInstancePostProcessor, BeforeEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(TckExtension.class);

    /** For the test engine. */
    public TckExtension() {}

    @Override
    public void postProcessTestInstance(Object testInstance, ExtensionContext context) {
        ((ContractRules) testInstance).provideBy(provider(context));
    }

    /** One for all classes of a run: it may hold a server. The store closes it at the end. */
    private static KernelTckProvider provider(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(
                        KernelTckProvider.class,
                        key -> TckProviders.find(context.getConfigurationParameter(TckProviders.PARAMETER)),
                        KernelTckProvider.class);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Rule rule = context.getRequiredTestMethod().getAnnotation(Rule.class);
        if (rule == null) {
            throw new IllegalStateException(context.getRequiredTestMethod() + " must be marked @Rule");
        }
        KernelTckProvider provider = provider(context);
        Spec.load().rule(rule.value()).capability().ifPresent(needed -> {
            if (!provider.capabilities().contains(needed)) {
                throw TckRun.undeclared(needed, provider.whyNot(needed));
            }
        });
    }
}
