package io.github.pavelagarkov.kernel.cdi.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.pavelagarkov.kernel.cdi.tests.wrong.WrongLeader;
import io.github.pavelagarkov.kernel.cdi.tests.wrong.WrongMethods;
import io.github.pavelagarkov.kernel.cdi.tests.wrong.WrongNames;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An application with mistakes does not start, and whoever deploys it is told of all of them at once. */
@ExtendWith(ArquillianExtension.class)
public class WrongApplicationTest {
    private static final String NAME = "wrong";

    @ArquillianResource
    @SuppressWarnings("NullAway.Init") // by Arquillian
    Deployer deployer;

    /** {@return an application that is wrong in every way} */
    @Deployment(name = NAME, managed = false, testable = false)
    public static WebArchive wrong() {
        return TestArchive.of(
                        NAME,
                        "annotated",
                        "kernel.shutdown.bugdet=20s",
                        "kernel.shutdown.drain-delay=shortly",
                        "kernel.leader.store=memory",
                        "kernel.leader.names=billing",
                        "wrong.period=sometimes")
                .addClasses(WrongMethods.class, WrongLeader.class, WrongNames.class);
    }

    @Test
    @RunAsClient
    void everythingThatIsWrongIsToldAtOnceWithItsSource() throws IOException {
        assertThat(told(NAME))
                .contains("7 problems in the configuration")
                .contains("kernel.shutdown.bugdet", "did you mean kernel.shutdown.budget")
                .contains("kernel.shutdown.drain-delay", "shortly")
                // The name is the server's: the file and where it lies, or no more than what kind of file.
                .containsPattern("shortly' \\(.*[Pp]roperties.*\\)")
                .contains("WrongMethods.hidden()", "must not be private or static")
                .contains("WrongMethods.badPeriod()", "sometimes")
                .contains("leads", "bilinng", "did you mean billing")
                .contains("WrongNames.nope", "'nope'", "WrongNames.nowhere", "'nowhere'");
    }

    /** {@return what a person reads who deploys it: in the log of the server, or in the exception} */
    private String told(String application) throws IOException {
        int before = serverLog().length();

        Throwable thrown = catchThrowable(() -> deployer.deploy(application));

        deployer.undeploy(application);
        assertThat(thrown).as("what deploying threw").isNotNull();
        return TestServer.log().isEmpty() ? stackTrace(thrown) : serverLog().substring(before);
    }

    private static String serverLog() throws IOException {
        return TestServer.log().isEmpty()
                ? ""
                : Files.readString(TestServer.log().get());
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
