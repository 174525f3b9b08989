package io.github.pavelagarkov.kernel.tck.report;

import io.github.pavelagarkov.kernel.tck.KernelTckProvider;
import io.github.pavelagarkov.kernel.tck.TckProviders;
import java.util.List;
import java.util.Optional;
import org.junit.platform.engine.ConfigurationParameters;

/**
 * What was tested: the head of a column.
 *
 * @param id names the file
 * @param name the implementation
 * @param host what it runs in
 * @param version of the implementation
 * @param capabilities what it declared
 */
record Subject(String id, String name, String host, String version, List<String> capabilities) {
    /** Configuration parameters of a run without a provider: an engine's own tests of its [K] rules. */
    private static final String ID = "kernel.tck.subject.id";

    private static final String NAME = "kernel.tck.subject.name";

    static Subject of(ConfigurationParameters parameters) {
        Optional<String> own = parameters.get(ID);
        if (own.isPresent()) {
            return new Subject(own.get(), parameters.get(NAME).orElseGet(own::get), "plain Java", "unknown", List.of());
        }
        try (KernelTckProvider provider = TckProviders.find(parameters.get(TckProviders.PARAMETER))) {
            return new Subject(
                    provider.id(),
                    provider.name(),
                    provider.host(),
                    provider.version(),
                    provider.capabilities().stream().map(Enum::name).sorted().toList());
        } catch (Exception e) {
            throw new IllegalStateException("the provider cannot be asked for its name: " + e.getMessage(), e);
        }
    }
}
