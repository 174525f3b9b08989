package io.github.pavelagarkov.kernel.tck.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

final class ConformanceListenerTest {
    @TempDir
    Path folder;

    /** A class of rules. */
    static final class Some {
        @Rule("LE-2")
        void le2_holds() {}
    }

    /** Another one. */
    static final class More {
        @Rule("LE-4")
        void le4_holds() {}
    }

    /** As a fork does: one launcher, and a plan for each class that it is given. */
    @Test
    void whatAForkHasFoundIsInTheReportOnce() throws IOException {
        Launcher fork = LauncherFactory.create(LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .addTestExecutionListeners(new ConformanceListener())
                .build());

        execute(fork, Some.class);
        execute(fork, More.class);

        assertThat(Files.readString(folder.resolve("mine.json")))
                .containsOnlyOnce("Some.le2_holds")
                .containsOnlyOnce("More.le4_holds");
    }

    private void execute(Launcher fork, Class<?> rules) {
        fork.execute(LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(rules))
                .configurationParameter("kernel.tck.report", folder.toString())
                .configurationParameter("kernel.tck.run", "one")
                .configurationParameter("kernel.tck.subject.id", "mine")
                .build());
    }
}
