package io.github.pavelagarkov.kernel.core.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static io.github.pavelagarkov.kernel.core.architecture.Rules.inPackage;
import static io.github.pavelagarkov.kernel.core.architecture.Rules.nameNoInternalType;
import static io.github.pavelagarkov.kernel.core.architecture.Rules.named;
import static io.github.pavelagarkov.kernel.core.architecture.Rules.useNoClockTimedWaitOrThreadOfTheirOwn;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import io.github.pavelagarkov.kernel.core.internal.concurrent.HeapTimer;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {
    // Floors: a rule over nothing holds always. Raise them as the modules grow; lower them only with what was deleted.
    private static final int API_FLOOR = 100;
    private static final int CORE_FLOOR = 190;
    private static final int TCK_FLOOR = 20;

    private static final ArchRule CLOCK = classes()
            .that(not(named(
                    "io.github.pavelagarkov.kernel.time.SystemClock",
                    "io.github.pavelagarkov.kernel.core.internal.concurrent.SystemThreads",
                    // Waits only when its caller asks the executor behind it to.
                    "io.github.pavelagarkov.kernel.core.log.CarryingExecutorService",
                    "io.github.pavelagarkov.kernel.tck.RealTime")))
            .and(not(inPackage("tck\\.(time|process|fault)")))
            .should(useNoClockTimedWaitOrThreadOfTheirOwn());

    private static final ArchRule FACE = classes()
            .that(inPackage("core"))
            .and(not(inPackage("core\\.internal")))
            .and()
            .arePublic()
            .should(nameNoInternalType());

    // Read once: this is the dear part.
    private final JavaClasses api = scan(KernelClock.class, API_FLOOR);
    private final JavaClasses core = scan(HeapTimer.class, CORE_FLOOR);
    private final JavaClasses tck = scan(TestClock.class, TCK_FLOOR);

    @Test
    void theApiSeesTheJdkAndJspecifyOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.jspecify..", "io.github.pavelagarkov.kernel..")
                .andShould()
                .onlyDependOnClassesThat(not(inPackage("(core|tck|cdi|dropwizard)")))
                .check(api);
    }

    @Test
    void onlyRedisSeesRedisson() {
        onlySees("core\\.(internal\\.)?redis", "org.redisson..").check(core);
    }

    @Test
    void onlyOneClassSeesTheDriverOfPostgres() {
        noClasses()
                .that(not(named("io.github.pavelagarkov.kernel.core.postgres.PgDriver")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.postgresql..")
                .check(core);
        onlySees("core\\.(postgres|clickhouse|internal\\.pool)", "java.sql..").check(core);
    }

    @Test
    void onlyOneClassSeesHikariCp() {
        noClasses()
                .that(not(nameMatching(".*\\.core\\.internal\\.pool\\.HikariLender(\\$.*)?")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.zaxxer.hikari..")
                .check(core);
    }

    @Test
    void onlyOneClassSeesTheDriverOfClickHouse() {
        // Errors are understood by whatever driver they come from.
        noClasses()
                .that(not(named("io.github.pavelagarkov.kernel.core.clickhouse.ClickHouseDriver")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.clickhouse..")
                .check(core);
    }

    @Test
    void onlyCronSeesCronUtils() {
        onlySees("core\\.internal\\.cron", "com.cronutils..").check(core);
    }

    @Test
    void onlyGrpcSeesGrpc() {
        onlySees("core\\.grpc", "io.grpc..").check(core);
        onlySees("nobody", "com.google.protobuf..").check(core);
        // What is read with every configuration must load where gRPC is not.
        noClasses()
                .that(named(
                        "io.github.pavelagarkov.kernel.core.grpc.GrpcSettings",
                        "io.github.pavelagarkov.kernel.core.grpc.GrpcLimits",
                        "io.github.pavelagarkov.kernel.core.grpc.GrpcConnections",
                        "io.github.pavelagarkov.kernel.core.grpc.GrpcTls"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.grpc..")
                .check(core);
    }

    @Test
    void onlyLogSeesSlf4j() {
        onlySees("core\\.log", "org.slf4j..").check(core);
        // A logger from elsewhere would be silent without a provider.
        noClasses()
                .that(not(nameMatching(".*\\.core\\.log\\.Loggers(\\$.*)?")))
                .should()
                .dependOnClassesThat(named("org.slf4j.LoggerFactory"))
                .check(core);
    }

    @Test
    void onlyRestSeesJakartaRest() {
        onlySees("core\\.rest", "jakarta.ws.rs..").check(core);
    }

    @Test
    void onlyServletSeesServlets() {
        onlySees("core\\.servlet", "jakarta.servlet..").check(core);
    }

    @Test
    void onlyTraceSeesOpenTelemetry() {
        onlySees("core\\.(trace|telemetry)", "io.opentelemetry..").check(core);
        // Whoever uses it has the library; everything else must load without it.
        noClasses()
                .that(not(inPackage("core\\.telemetry")))
                .should()
                .dependOnClassesThat(inPackage("core\\.telemetry"))
                .check(core);
    }

    private static ArchRule onlySees(String regex, String library) {
        return noClasses()
                .that(not(inPackage(regex)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    @Test
    void theCoreNeverSeesTheKitThatTestsIt() {
        noClasses().should().dependOnClassesThat(inPackage("tck")).check(core);
    }

    @Test
    void theKitNeverSeesTheCore() {
        noClasses().should().dependOnClassesThat(inPackage("core")).check(tck);
    }

    @Rule("TM-1")
    void tm1_timeAndThreadsComeFromTheOneClockAndTheOneFactory() {
        CLOCK.check(api);
        CLOCK.check(core);
        // All of the kit may lie in the two packages that own time and processes.
        CLOCK.allowEmptyShould(true).check(tck);
    }

    @Test
    void tm4_everyExceptionIsUnchecked() {
        ArchRule unchecked =
                classes().that().areAssignableTo(Throwable.class).should().beAssignableTo(RuntimeException.class);

        unchecked.check(api);
        unchecked.allowEmptyShould(true).check(core);
    }

    @Test
    void tm5_nullIsRefusedByTheCompilerInEveryPackage() {
        for (JavaClasses module : List.of(api, core)) {
            assertThat(module.stream().map(JavaClass::getPackage).distinct())
                    .isNotEmpty()
                    .allMatch(where -> where.isAnnotatedWith(NullMarked.class));
        }
    }

    @Test
    void tm6_noFieldThatIsStaticCanBeSetAgain() {
        ArchRule constant = fields().that().areStatic().should().beFinal();

        constant.check(api);
        constant.check(core);
    }

    @Test
    void thePublicFaceNamesNoInternalType() {
        FACE.check(core);
    }

    @Test
    void noPackagesDependOnEachOtherInACircle() {
        slices().matching("io.github.pavelagarkov.kernel.core.internal.(*)..")
                .should()
                .beFreeOfCycles()
                .check(core);
        slices().matching("io.github.pavelagarkov.kernel.tck.(*)..")
                .should()
                .beFreeOfCycles()
                .check(tck);
    }

    @Rule("TM-1")
    void tm1_theClockRuleCatchesEveryForbiddenCall() {
        EvaluationResult result = CLOCK.evaluate(new ClassFileImporter().importClasses(ForbiddenTime.class));

        List<String> details = result.getFailureReport().getDetails();
        assertThat(Arrays.stream(ForbiddenTime.class.getDeclaredMethods())
                        .filter(method -> !method.isSynthetic())
                        .map(method -> "ForbiddenTime." + method.getName() + "("))
                .hasSizeGreaterThan(20)
                .allSatisfy(caller -> assertThat(details).anyMatch(detail -> detail.contains(caller)));
    }

    @Rule("TM-1")
    void tm1_theClockRuleLetsUntimedWaitsPass() {
        assertThat(CLOCK.evaluate(new ClassFileImporter().importClasses(AllowedWaits.class))
                        .getFailureReport()
                        .getDetails())
                .isEmpty();
    }

    @Test
    void theFaceRuleCatchesEveryPlaceOfASignature() {
        EvaluationResult result = FACE.evaluate(new ClassFileImporter().importClasses(LeakyFace.class));

        assertThat(result.getFailureReport().getDetails())
                .anyMatch(detail -> detail.contains("LeakyFace names"))
                .anyMatch(detail -> detail.contains("LeakyFace.field names"))
                .anyMatch(detail -> detail.contains("LeakyFace.<init>("))
                .anyMatch(detail -> detail.contains("LeakyFace.returned("))
                .anyMatch(detail -> detail.contains("LeakyFace.inGenerics("))
                .anyMatch(detail -> detail.contains("LeakyFace.inArray("))
                .noneMatch(detail -> detail.contains("hidden"));
    }

    /** The classes of one module: of the directory or archive in which one of them lies. */
    private static JavaClasses scan(Class<?> member, int floor) {
        JavaClasses classes = new ClassFileImporter()
                .importUrl(member.getProtectionDomain().getCodeSource().getLocation());
        assertThat(classes).as("classes of the module of " + member).hasSizeGreaterThanOrEqualTo(floor);
        return classes;
    }
}
