package io.github.pavelagarkov.kernel.cdi.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.TckProviders;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The engine rules of the suite in virtual time, inside the server: its column of the conformance report. */
@ExtendWith(ArquillianExtension.class)
public class ConformanceTest {
    private static final String REPORT = "kernel.tck.report";
    private static final String RULES = "conformance.rules";
    private static final String FOLDER = "io/github/pavelagarkov/kernel/tck/rules/";

    /** {@return an application that carries the suite} */
    @Deployment
    public static WebArchive suite() throws IOException, URISyntaxException {
        return TestArchive.of(
                "conformance",
                "annotated",
                "conformance.report=" + System.getProperty(REPORT),
                RULES + "=" + String.join(",", engineRules()));
    }

    /** Outside, where the suite is a jar that can be listed. */
    private static List<String> engineRules() throws IOException, URISyntaxException {
        Path suite = Path.of(
                Rule.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (JarFile jar = new JarFile(suite.toFile())) {
            return jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(FOLDER) && name.endsWith("Rules.class"))
                    .filter(name -> !name.startsWith(FOLDER + "Host"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .toList();
        }
    }

    @Test
    void everyEngineRuleHolds() {
        List<String> rules = ConfigProvider.getConfig().getValues(RULES, String.class);
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(rules.stream().map(DiscoverySelectors::selectClass).toList())
                .configurationParameter(TckProviders.PARAMETER, ServerProvider.class.getName())
                .configurationParameter(
                        REPORT, TestServer.inside("conformance.report").orElseThrow())
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();

        LauncherFactory.create().execute(request, listener);

        TestExecutionSummary summary = listener.getSummary();
        assertThat(summary.getFailures().stream()
                        .map(failure -> failure.getTestIdentifier().getDisplayName() + ": " + failure.getException()))
                .as("rules that do not hold")
                .isEmpty();
        assertThat(summary.getTestsSucceededCount()).as("rules that were asked").isGreaterThan(rules.size());
    }
}
