package io.github.pavelagarkov.kernel.dropwizard;

import io.dropwizard.core.setup.AdminEnvironment;
import io.dropwizard.servlets.tasks.Task;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.job.Outcome;
import io.github.pavelagarkov.kernel.job.RunResult;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Kernel's actions as tasks of the admin port: {@code POST /tasks/kernel-job-run?job=settle}. */
final class KernelTasks {
    private KernelTasks() {}

    static void install(Kernel kernel, AdminEnvironment admin) {
        kernel.actions().ifPresent(actions -> {
            admin.addTask(task("kernel-job-run", "job", (job, parameters, output) -> {
                // A request that waits longer would hold up a stop of the server.
                Optional<RunResult> ended = actions.run(job, Duration.ofSeconds(5));
                output.println(ended.map(KernelTasks::told).orElse("still running, its end is in the log"));
            }));
            admin.addTask(task("kernel-job-pause", "job", (job, parameters, output) -> {
                actions.pause(job);
                output.println("paused");
            }));
            admin.addTask(task("kernel-job-resume", "job", (job, parameters, output) -> {
                actions.resume(job);
                output.println("resumed");
            }));
            admin.addTask(task("kernel-leader-step-down", "election", (election, parameters, output) -> {
                Duration coolDown = KernelConfig.duration(
                        parameters.getOrDefault("coolDown", List.of("30s")).get(0));
                actions.stepDown(election, coolDown).toCompletableFuture().join();
                output.println("stepped down");
            }));
        });
    }

    /** A run that failed is a failed request. */
    private static String told(RunResult run) {
        String text = run.outcome() + " after " + run.took().toMillis() + " ms, correlation id " + run.correlationId();
        if (run.outcome() != Outcome.SUCCESS) {
            throw new IllegalStateException(text);
        }
        return text;
    }

    /** What a task does with the thing it is about. */
    @FunctionalInterface
    private interface Action {
        void act(String subject, Map<String, List<String>> parameters, PrintWriter output);
    }

    private static Task task(String name, String subject, Action action) {
        return new Task(name) {
            @Override
            public void execute(Map<String, List<String>> parameters, PrintWriter output) {
                List<String> given = parameters.getOrDefault(subject, List.of());
                if (given.size() != 1) {
                    throw new IllegalArgumentException("parameter '" + subject + "' of task " + name
                            + " must be given once, was given " + given.size() + " times");
                }
                action.act(given.get(0), parameters, output);
            }
        };
    }
}
