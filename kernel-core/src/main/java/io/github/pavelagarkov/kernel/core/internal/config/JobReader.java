package io.github.pavelagarkov.kernel.core.internal.config;

import io.github.pavelagarkov.kernel.core.JobOverride;
import io.github.pavelagarkov.kernel.core.KernelConfig.Setting;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads {@code kernel.jobs}: what an operator says about single jobs. */
final class JobReader {
    private final Settings settings;

    JobReader(Settings settings) {
        this.settings = settings;
    }

    Map<String, JobOverride> read() {
        Map<String, JobOverride> jobs = new TreeMap<>();
        for (String name : settings.readUnion(ConfigKeys.JOBS_NAMES)) {
            jobs.put(name, job(name));
        }
        return jobs;
    }

    private JobOverride job(String name) {
        Blame blame = new Blame(settings);
        Optional<Boolean> enabled = blame.read(ConfigKeys.JOB_ENABLED, name);
        Optional<Duration> every = blame.read(ConfigKeys.JOB_EVERY, name);
        Optional<String> cron = blame.read(ConfigKeys.JOB_CRON, name);
        Optional<ZoneId> zone = blame.read(ConfigKeys.JOB_ZONE, name);
        Optional<Duration> deadline = blame.read(ConfigKeys.JOB_DEADLINE, name);
        settings.note(
                new Setting(ConfigKeys.JOB_ENABLED.at(name), Boolean.toString(enabled.orElse(true)), Settings.DEFAULT));
        return blame.build(
                () -> new JobOverride(name, enabled.orElse(true), every, cron, zone, deadline),
                new JobOverride(name, true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
    }
}
