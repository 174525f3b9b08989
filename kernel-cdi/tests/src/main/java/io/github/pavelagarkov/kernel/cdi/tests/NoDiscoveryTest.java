package io.github.pavelagarkov.kernel.cdi.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.cdi.tests.app.Journal;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An application that finds no beans by itself has the kernel all the same. */
@ExtendWith(ArquillianExtension.class)
public class NoDiscoveryTest {
    @Inject
    Kernel kernel;

    @Inject
    JobScheduler scheduler;

    @Inject
    Instance<Journal> journal;

    /** {@return an application without bean discovery} */
    @Deployment
    public static WebArchive application() {
        return TestArchive.of("undiscovered", "none").addPackage(Journal.class.getPackage());
    }

    @Test
    void kernelIsThereAndBeansOfTheApplicationAreNot() {
        assertThat(kernel.isStarted()).isTrue();
        assertThat(scheduler).isSameAs(kernel.scheduler());
        assertThat(journal.isUnsatisfied()).isTrue();
    }
}
