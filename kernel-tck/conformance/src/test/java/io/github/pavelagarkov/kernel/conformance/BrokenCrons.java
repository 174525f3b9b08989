package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.job.JobHandle;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.Trigger;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.rules.CronRules;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Schedulers that read cron expressions in a way of their own: JS-11. */
final class BrokenCrons {
    private BrokenCrons() {}

    private static JobSpec withCron(JobSpec spec, UnaryOperator<Trigger.Cron> change) {
        return BrokenSchedulerProvider.cron(spec)
                .map(cron -> BrokenSchedulerProvider.withoutTrigger(spec)
                        .trigger(change.apply(cron))
                        .build())
                .orElse(spec);
    }

    /** As the Go seed: knows one zone, that of the host. */
    @Breaks(value = "JS-11", in = CronRules.class, says = "in Asia/Kolkata")
    public static final class HostsZone extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return withCron(spec, cron -> new Trigger.Cron(cron.expression(), ZoneOffset.UTC));
        }
    }

    /** Counts the days of the week from 1 for Sunday, as Quartz does. */
    @Breaks(value = "JS-11", in = CronRules.class, says = "next fire time of '0 0 * * 1' in Z")
    public static final class SundayIsOne extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return withCron(
                    spec,
                    cron -> cron.expression().matches(".* [1-6]")
                            ? new Trigger.Cron(dayBefore(cron.expression()), cron.zone())
                            : cron);
        }

        private static String dayBefore(String expression) {
            int last = expression.length() - 1;
            return expression.substring(0, last) + (char) (expression.charAt(last) - 1);
        }
    }

    /** Takes the day of the month and the day of the week as two conditions, of which both have to be met. */
    @Breaks(value = "JS-11", in = CronRules.class, says = "next fire time of '0 0 13 * 5'")
    public static final class BothDays extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return withCron(
                    spec,
                    cron -> cron.expression().equals("0 0 13 * 5")
                            ? new Trigger.Cron("0 0 ? * 5#2", cron.zone())
                            : cron);
        }
    }

    /** Knows the five fields, and nothing else. */
    @Breaks(value = "JS-11", in = CronRules.class, says = "five fields are all there is")
    public static final class FiveFieldsOnly extends BrokenSchedulerProvider {
        @Override
        JobScheduler scheduler(JobScheduler real, TckNode node) {
            return new ForwardingScheduler(real) {
                @Override
                public JobHandle register(JobSpec spec) {
                    String expression = cron(spec).map(Trigger.Cron::expression).orElse("");
                    if (expression.startsWith("@")
                            || expression.toUpperCase(Locale.ROOT).matches(".*[LW#].*")) {
                        throw new IllegalArgumentException("'" + expression + "': five fields are all there is");
                    }
                    return super.register(spec);
                }
            };
        }
    }

    /** Leaves the night out in which a local time is missing, as most schedulers do. */
    @Breaks(value = "JS-11", in = CronRules.class, says = "where 02:00 to 03:00 is missing")
    public static final class SkipsTheGap extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            JobTask task = spec.task();
            return cron(spec)
                    .map(Trigger.Cron::zone)
                    .map(zone -> copy(spec)
                            .task(context -> {
                                if (!isEndOfGap(zone, context.scheduledTime())) {
                                    task.run(context);
                                }
                            })
                            .build())
                    .orElse(spec);
        }

        private static boolean isEndOfGap(ZoneId zone, Instant instant) {
            ZoneOffsetTransition change = zone.getRules().previousTransition(instant.plusSeconds(1));
            return change != null && change.isGap() && change.getInstant().equals(instant);
        }
    }

    /** Runs at both instants of a local time that is doubled, as Spring does. */
    @Breaks(value = "JS-11", in = CronRules.class, says = "where 02:00 to 03:00 comes twice")
    public static final class RunsTwiceInTheFold extends BrokenSchedulerProvider {
        @Override
        JobScheduler scheduler(JobScheduler real, TckNode node) {
            return new ForwardingScheduler(real) {
                @Override
                public JobHandle register(JobSpec spec) {
                    cron(spec)
                            .filter(cron -> cron.expression().equals("30 2 * * *"))
                            .ifPresent(cron -> super.register(JobSpec.named(spec.name() + "-winter")
                                    .task(spec.task())
                                    .cron(cron.expression(), winter(cron.zone()))
                                    .build()));
                    return super.register(spec);
                }
            };
        }

        private static ZoneId winter(ZoneId zone) {
            return zone.getRules().getStandardOffset(Instant.parse("2026-01-01T00:00:00Z"));
        }
    }

    /** Counts hours by the local time, and loses one of the two that are called the same. */
    @Breaks(value = "JS-11", in = CronRules.class, says = "runs of '*/30 * * * *'")
    public static final class LocalHours extends BrokenSchedulerProvider {
        @Override
        JobSpec job(JobSpec spec) {
            return withCron(
                    spec, cron -> new Trigger.Cron(cron.expression().replace("*/30 * ", "*/30 0-23 "), cron.zone()));
        }
    }

    /** Keeps nothing of the past: each next point is computed from what the wall clock tells then. */
    @Breaks(value = "JS-11", in = CronRules.class, says = "with the wall clock set back")
    public static final class InstantTwice extends BrokenSchedulerProvider {
        @Override
        JobScheduler scheduler(JobScheduler real, TckNode node) {
            return new ForwardingScheduler(real) {
                @Override
                public JobHandle register(JobSpec spec) {
                    JobTask task = spec.task();
                    return super.register(copy(spec)
                            .task(context -> {
                                task.run(context);
                                node.threads().newThread(() -> anew(spec)).start();
                            })
                            .build());
                }

                private void anew(JobSpec spec) {
                    if (unregister(spec.name(), Duration.ofSeconds(1))) {
                        var unused = register(spec);
                    }
                }
            };
        }
    }
}
