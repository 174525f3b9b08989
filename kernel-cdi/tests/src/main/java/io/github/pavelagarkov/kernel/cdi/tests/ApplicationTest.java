package io.github.pavelagarkov.kernel.cdi.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.pavelagarkov.kernel.cdi.KernelNamed;
import io.github.pavelagarkov.kernel.cdi.tests.app.Additions;
import io.github.pavelagarkov.kernel.cdi.tests.app.Journal;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelJobs;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.lock.LockHandle;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.readiness.ReadinessComponent;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.time.KernelClock;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an application finds inside any server. Every method runs in there. */
@ExtendWith(ArquillianExtension.class)
public class ApplicationTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Inject
    Kernel kernel;

    @Inject
    KernelJobs jobs;

    @Inject
    JobScheduler scheduler;

    @Inject
    @KernelNamed("reports")
    JobScheduler reports;

    @Inject
    ReadinessBarrier readiness;

    @Inject
    ShutdownRegistry shutdown;

    @Inject
    KernelClock clock;

    @Inject
    LeaderElector elector;

    @Inject
    DistributedLock locks;

    @Inject
    @KernelNamed("billing")
    Election billing;

    @Inject
    Journal journal;

    @Inject
    @Readiness
    Instance<HealthCheck> readinessChecks;

    /** {@return the application} */
    @Deployment
    public static WebArchive application() {
        return TestArchive.of(
                        "application",
                        "annotated",
                        "kernel.leader.store=memory",
                        "kernel.leader.names=billing",
                        "kernel.scheduler.names=reports",
                        "jobs.name=named-by-configuration",
                        "jobs.period=1m")
                .addPackage(Journal.class.getPackage());
    }

    private String soon(String fact) {
        return await("something about " + fact)
                .atMost(SOON)
                .until(() -> journal.fact(fact), Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void partsOfTheKernelAreInjected() {
        assertThat(kernel.isStarted()).isTrue();
        assertThat(scheduler).isSameAs(kernel.scheduler());
        assertThat(reports.name()).isEqualTo("reports");
        assertThat(readiness).isSameAs(kernel.readiness());
        assertThat(shutdown).isSameAs(kernel.shutdown());
        assertThat(clock).isSameAs(kernel.clock());
        assertThat(elector).isSameAs(kernel.elector());
        assertThat(jobs).isSameAs(kernel.jobs());
    }

    @Test
    void kernelStartsBehindTheApplicationsOwnStart() {
        assertThat(journal.fact("started-at-startup")).contains(String.valueOf(!TestServer.hasOneOrderInside()));
    }

    @Test
    void electionIsInjectedByName() {
        assertThat(billing.name()).isEqualTo("billing");
        await().atMost(SOON).until(billing::isLeader);
    }

    @Test
    void locksLock() {
        try (LockHandle held = locks.tryLock("ledger", Duration.ofMinutes(1)).orElseThrow()) {
            assertThat(held.isHeld()).isTrue();
            assertThat(locks.tryLock("ledger", Duration.ofMinutes(1))).isEmpty();
        }
    }

    @Test
    void packagePrivateJobRunsOnTheBeanBehindTheProxy() {
        assertThat(soon("package-private")).isEqualTo("ran");
    }

    @Test
    void settingsFillTheTextsOfJobs() {
        assertThat(soon("configured")).isEqualTo("named-by-configuration");
    }

    @Test
    void leaderJobRunsWithItsTerm() {
        assertThat(soon("term")).isEqualTo("billing");
    }

    @Test
    void jobThatIsOffIsNotThere() {
        soon("loader");
        assertThat(scheduler.jobs())
                .extracting(JobHandle::name)
                .contains("look-around")
                .doesNotContain("never");
        assertThat(journal.fact("never")).isEmpty();
    }

    @Test
    void jobSeesTheClassesAndFilesOfTheApplication() {
        assertThat(soon("loader")).isEqualTo("true");
        assertThat(soon("settings")).isEqualTo("true");
    }

    @Test
    void jobHasTheNamingContextAndAThreadOfTheServer() {
        assumeTrue(TestServer.hasNaming(), "the server has no naming directory");

        assertThat(soon("naming")).startsWith("found ");
        assertThat(soon("thread")).contains("ManageableThread");
    }

    @Test
    void eventsReachObserversInOrderAndAsynchronously() {
        assertThat(soon("acquired")).isEqualTo("billing");
        assertThat(soon("acquired-async")).isEqualTo("billing");
        assertThat(soon("finished")).isNotEmpty();
        assertThat(soon("finished-async")).isNotEmpty();
    }

    @Test
    void observerOfTheBuilderAddsHooks() {
        assertThat(shutdown.plan().toString()).contains(Additions.FIRST, Additions.LAST);
    }

    @Test
    void readinessIsACheckOfMicroProfileHealth() {
        ReadinessComponent warehouse = readiness.component("warehouse");
        try {
            warehouse.notReady("counting");

            assertThat(kernelReadiness().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
            assertThat(kernelReadiness().getData().orElseThrow()).containsEntry("warehouse", "counting");
        } finally {
            readiness.remove("warehouse");
        }
        assertThat(kernelReadiness().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
    }

    private HealthCheckResponse kernelReadiness() {
        return readinessChecks.stream()
                .map(HealthCheck::call)
                .filter(answer -> answer.getName().equals("kernel-readiness"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void readinessOverHttpSaysWhy() {
        String url = url("/health/ready");
        ReadinessComponent orders = readiness.component("orders");
        try {
            orders.notReady("warming up");

            Http.Answer no = Http.get(url);

            assertThat(no.status()).as(no.body()).isEqualTo(503);
            assertThat(no.body()).contains("kernel-readiness", "warming up");
            orders.ready();

            Http.Answer yes = Http.get(url);

            assertThat(yes.status()).as(yes.body()).isEqualTo(200);
            assertThat(yes.body()).contains("kernel-readiness").doesNotContain("warming up");
        } finally {
            readiness.remove("orders");
        }
    }

    @Test
    void startupAndLivenessAreThereOverHttp() {
        assertThat(Http.get(url("/health/started")))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(200))
                .satisfies(answer -> assertThat(answer.body()).contains("kernel-startup"));
        assertThat(Http.get(url("/health/live")))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(200))
                .satisfies(answer -> assertThat(answer.body()).contains("kernel-liveness"));
    }

    private static String url(String path) {
        Optional<String> server = TestServer.inside(TestServer.URL);
        assumeTrue(server.isPresent(), "the server has no HTTP");
        return server.orElseThrow() + path;
    }
}
