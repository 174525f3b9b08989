package io.github.pavelagarkov.kernel.cdi;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.readiness.ReadinessBarrier;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An adapter translates and decides nothing, and sees no server. */
final class AdapterArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(KernelExtension.class.getPackageName());

    @Test
    void thereIsSomethingToLookAt() {
        assertThat(CLASSES).hasSizeGreaterThan(10);
    }

    @Test
    void implementsNoContract() {
        for (Class<?> contract : List.of(
                LeaderElector.class,
                LeaseStore.class,
                JobScheduler.class,
                ShutdownRegistry.class,
                ReadinessBarrier.class,
                DistributedLock.class,
                KernelListener.class)) {
            noClasses().should().beAssignableTo(contract).check(CLASSES);
        }
    }

    @Test
    void startsNoThreadAndTakesNoLock() {
        noClasses()
                .should()
                .callConstructorWhere(
                        describe("makes a thread", call -> call.getTargetOwner().isAssignableTo(Thread.class)))
                .check(CLASSES);
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.util.concurrent.locks.."))
                .check(CLASSES);
    }

    @Test
    void seesTheSpecificationsAndKernelOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "java..",
                                "javax.naming..",
                                "javax.sql..",
                                "jakarta.annotation..",
                                "jakarta.enterprise..",
                                "jakarta.inject..",
                                "jakarta.ws.rs..",
                                "org.eclipse.microprofile.config..",
                                "org.eclipse.microprofile.health..",
                                "org.jspecify..",
                                "io.github.pavelagarkov.kernel..")
                        .and(resideOutsideOfPackages("io.github.pavelagarkov.kernel.core.internal..")))
                .check(CLASSES);
    }

    @Test
    void restIsSeenByOneClassAlone() {
        noClasses()
                .that()
                .haveNameNotMatching(".*KernelRequests")
                .should()
                .dependOnClassesThat(resideInAnyPackage("jakarta.ws.rs.."))
                .check(CLASSES);
    }

    @Test
    void healthIsSeenByOneClassAlone() {
        noClasses()
                .that()
                .haveNameNotMatching(".*KernelHealthChecks.*")
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.eclipse.microprofile.health.."))
                .check(CLASSES);
    }
}
