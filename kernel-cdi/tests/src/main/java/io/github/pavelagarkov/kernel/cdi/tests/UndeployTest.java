package io.github.pavelagarkov.kernel.cdi.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.cdi.tests.app.Additions;
import io.github.pavelagarkov.kernel.cdi.tests.app.Journal;
import io.github.pavelagarkov.kernel.cdi.tests.app.Observers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Taking the application out of a server that goes on. Seen from outside, through a file. */
@ExtendWith(ArquillianExtension.class)
public class UndeployTest {
    private static final String NAME = "ending";
    private static final Path JOURNAL = TestServer.scratch("journal.txt");

    @ArquillianResource
    @SuppressWarnings("NullAway.Init") // by Arquillian
    Deployer deployer;

    /** {@return an application that keeps a journal} */
    @Deployment(name = NAME, managed = false, testable = false)
    public static WebArchive ending() {
        return TestArchive.of(
                        NAME,
                        "annotated",
                        "kernel.leader.store=memory",
                        "kernel.leader.names=billing",
                        Journal.FILE + "=" + JOURNAL)
                .addPackage(Journal.class.getPackage());
    }

    @Test
    @RunAsClient
    void stopsEverythingInOrder() throws IOException {
        deployer.deploy(NAME);
        await().atMost(Duration.ofSeconds(30)).until(() -> Files.exists(JOURNAL));

        deployer.undeploy(NAME);

        List<String> lines = Files.readAllLines(JOURNAL);
        assertThat(hooks(lines)).hasSize(2).allMatch(hook -> hook.contains("ready false"));
        assertThat(hooks(lines).get(0)).endsWith("over HTTP " + TestServer.draining());
        assertThat(lines)
                .containsSubsequence(inOrder(hooks(lines).get(0), Observers.END))
                .containsSubsequence(
                        hooks(lines).get(0), "run ended", hooks(lines).get(1))
                .contains("leadership of billing lost, released true", "scheduler jobs stopped");
        assertThat(lines.stream().filter("run ended"::equals))
                .as("runs that ended, of those that began")
                .hasSameSizeAs(lines.stream().filter("run began"::equals).toList());
    }

    /** {@return the first step of the stop and the end of the application, as this server has them} */
    private static List<String> inOrder(String drain, String end) {
        return TestServer.hasOneOrder() ? List.of(drain, end) : List.of(end, drain);
    }

    /** {@return what the first hook and the last hook have written} */
    private static List<String> hooks(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith(Additions.FIRST) || line.startsWith(Additions.LAST))
                .toList();
    }
}
