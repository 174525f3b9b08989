package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.internal.event.Events;
import io.github.pavelagarkov.kernel.core.internal.job.HeapJobScheduler;
import io.github.pavelagarkov.kernel.core.log.MdcContextCarrier;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownContext;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/** The schedulers of a kernel by name: those that run from start to stop, and those that run while this process leads. */
final class Schedulers {
    private static final int LONGEST_HOOK_NAME = 63;

    private final Plan plan;
    private final Events events;
    private final List<ContextCarrier> carriers = new ArrayList<>();
    private final Map<String, JobScheduler> always = new LinkedHashMap<>();
    private final Map<String, JobScheduler> leading = new ConcurrentSkipListMap<>();

    Schedulers(Plan plan, Events events) {
        this.plan = plan;
        this.events = events;
        carriers.add(MdcContextCarrier.create());
        carriers.addAll(plan.carriers);
        // What an operator has listed wins over what the code says, as everywhere.
        Map<String, SchedulerSpec> specs = new LinkedHashMap<>(plan.schedulers);
        specs.putAll(plan.config.schedulers());
        specs.putIfAbsent(KernelBuilder.DEFAULT_SCHEDULER, plan.config.scheduler(KernelBuilder.DEFAULT_SCHEDULER));
        plan.ownSchedulers.forEach((name, own) -> {
            specs.remove(name);
            always.put(name, own);
        });
        specs.forEach((name, spec) -> always.put(name, create(spec)));
    }

    /** {@return a scheduler that nothing here starts, stops or finds} */
    JobScheduler create(SchedulerSpec spec) {
        return HeapJobScheduler.create(spec, plan.clock, plan.threads, carriers, events);
    }

    /** {@return the scheduler of an election, which its leader starts and stops} */
    JobScheduler createLeading(String election) {
        if (always.containsKey(election)) {
            throw new IllegalArgumentException(
                    "election '" + election + "' has leader jobs, so no other scheduler may have its name");
        }
        JobScheduler scheduler = create(plan.config.scheduler(election));
        leading.put(election, scheduler);
        return scheduler;
    }

    /** Takes it back: nothing leads it. */
    void forgetLeading(String election) {
        leading.remove(election);
    }

    JobScheduler get(String name) {
        JobScheduler found = always.getOrDefault(name, leading.get(name));
        if (found == null) {
            Set<String> known = new LinkedHashSet<>(always.keySet());
            known.addAll(leading.keySet());
            throw new IllegalArgumentException("there is no scheduler '" + name + "', there are " + known);
        }
        return found;
    }

    /** {@return those that run from start to stop, then those of elections} */
    Map<String, JobScheduler> all() {
        Map<String, JobScheduler> all = new LinkedHashMap<>(always);
        all.putAll(leading);
        return all;
    }

    void start() {
        always.values().forEach(JobScheduler::start);
    }

    void stop(Duration atMost) {
        always.values().forEach(scheduler -> scheduler.stop(atMost));
    }

    void registerHooks(ShutdownRegistry shutdown) {
        always.forEach((name, scheduler) ->
                shutdown.register(hookName(name), ShutdownRegistry.MEDIUM, context -> scheduler.stop(most(context))));
    }

    private static String hookName(String scheduler) {
        String full = "scheduler-" + scheduler;
        return full.length() <= LONGEST_HOOK_NAME ? full : scheduler;
    }

    /** A little less than the hook has, so that the scheduler's own report is in before the hook is given up. */
    static Duration most(ShutdownContext context) {
        Duration less = context.remaining().minus(Duration.ofMillis(300));
        return less.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : less;
    }
}
