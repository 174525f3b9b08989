package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.internal.config.Durations;
import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.Trigger;
import io.github.pavelagarkov.kernel.shutdown.ShutdownPlan;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** What a kernel is made of and what it is going to do, as a table for people. */
final class StartReport {
    private final List<String[]> rows = new ArrayList<>();

    void elections(KernelConfig config, Elections elections) {
        elections.known().forEach(name -> {
            String lease = Durations.text(config.election(name).timing().lease());
            row(
                    "election",
                    name,
                    elections.leads(name)
                            ? "lease " + lease + ", taken over after a crash within it"
                            : "not joined by the kernel: it leads nothing here");
        });
    }

    void jobs(Map<String, JobScheduler> schedulers, List<String> elections, Set<String> switchedOff) {
        schedulers.forEach((scheduler, jobs) -> jobs.jobs()
                .forEach(job -> row(
                        "job",
                        job.name(),
                        schedule(job)
                                + (elections.contains(scheduler) ? ", on the leader of " + scheduler : next(job)))));
        switchedOff.forEach(job -> row("job", job, "switched off by kernel.jobs." + job + ".enabled"));
    }

    private static String schedule(JobHandle job) {
        Trigger trigger = job.spec().trigger();
        String when = "by hand";
        if (trigger instanceof Trigger.Every every) {
            when = "every " + Durations.text(every.period());
        } else if (trigger instanceof Trigger.WithDelay delay) {
            when = Durations.text(delay.delay()) + " after each run";
        } else if (trigger instanceof Trigger.Cron cron) {
            when = "cron " + cron.expression() + " " + cron.zone();
        }
        return when
                + job.spec()
                        .deadline()
                        .map(limit -> ", at most " + Durations.text(limit))
                        .orElse("");
    }

    private static String next(JobHandle job) {
        return job.nextFireTime().map(next -> ", next " + next).orElse("");
    }

    void stop(ShutdownPlan plan, Duration wait, Duration needed) {
        if (!plan.spec().drainDelay().isZero()) {
            row("stop", "-", "not ready, then " + Durations.text(plan.spec().drainDelay()) + " of draining");
        }
        NavigableMap<Integer, List<String>> byPriority = new TreeMap<>();
        plan.hooks()
                .forEach(hook -> byPriority
                        .computeIfAbsent(hook.priority(), priority -> new ArrayList<>())
                        .add(hook.name()));
        byPriority.headMap(ShutdownRegistry.HIGH).forEach(this::hooks);
        if (!wait.isZero()) {
            row("stop", "-", "the ports close, requests in flight end within " + Durations.text(wait));
        }
        byPriority.tailMap(ShutdownRegistry.HIGH).forEach(this::hooks);
        row(
                "stop",
                "in all",
                "at most " + Durations.text(plan.spec().budget())
                        + (wait.isZero() ? "" : " and " + Durations.text(wait) + " for requests in flight")
                        + ", give the process "
                        + needed.plusSeconds(1).minusNanos(1).toSeconds() + " s");
    }

    private void hooks(int priority, List<String> names) {
        row("stop", Integer.toString(priority), String.join(", ", names));
    }

    void checks(List<KernelCheck> checks) {
        checks.forEach(check -> row("check", check.name(), ""));
    }

    void row(String kind, String name, String text) {
        rows.add(new String[] {kind, name, text});
    }

    /** {@return the table in a box} */
    String box(String title) {
        int kinds = width(0);
        int names = width(1);
        int texts = Math.max(width(2), title.length() - kinds - names - 4);
        String rule = "-".repeat(kinds + names + texts + 6);
        StringBuilder box = new StringBuilder("+" + rule + "+\n");
        box.append("| ")
                .append(pad(title, rule.length() - 2))
                .append(" |\n+")
                .append(rule)
                .append("+\n");
        String before = "";
        for (String[] row : rows) {
            box.append("| ")
                    .append(pad(row[0].equals(before) ? "" : row[0], kinds))
                    .append("  ")
                    .append(pad(row[1], names))
                    .append("  ")
                    .append(pad(row[2], texts))
                    .append(" |\n");
            before = row[0];
        }
        return box.append("+").append(rule).append("+").toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
