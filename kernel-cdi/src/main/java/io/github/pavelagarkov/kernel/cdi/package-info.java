/**
 * The Jakarta EE and MicroProfile host. Nothing here is called: put the jar into the application, write
 * {@code kernel.…} keys into {@code microprofile-config.properties}, and inject.
 *
 * <ul>
 *   <li>{@link io.github.pavelagarkov.kernel.core.Kernel}, {@code KernelJobs}, {@code JobScheduler}, {@code LeaderElector},
 *       {@code DistributedLock}, {@code ReadinessBarrier}, {@code ShutdownRegistry}, {@code KernelClock};
 *   <li>by name, with {@link io.github.pavelagarkov.kernel.cdi.KernelNamed}: {@code Election}, {@code JobScheduler}, {@code
 *       PostgresPool} and its {@code DataSource}, {@code ClickHousePool};
 *   <li>methods of beans annotated with {@link io.github.pavelagarkov.kernel.job.Job} are scheduled;
 *   <li>every {@link io.github.pavelagarkov.kernel.event.KernelEvent} is a CDI event, for {@code @Observes} on a thread of the
 *       kernel, in order, and for {@code @ObservesAsync};
 *   <li>{@code static void more(@Observes KernelBuilder builder)} adds what no setting can say, before anything starts;
 *   <li>where MicroProfile Health is there, the checks {@code kernel-readiness}, {@code kernel-liveness} and {@code
 *       kernel-startup}.
 * </ul>
 *
 * <p>It translates and decides nothing: MicroProfile Config into kernel's settings, events of the container into the steps of
 * start and stop. What is promised stands in SPEC.md and is the same on every host. A portable extension of CDI 4.0 (CDI
 * Full); CDI Lite, that is Quarkus, does not run it.
 */
@NullMarked
package io.github.pavelagarkov.kernel.cdi;

import org.jspecify.annotations.NullMarked;
