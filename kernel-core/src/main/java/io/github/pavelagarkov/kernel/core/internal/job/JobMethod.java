package io.github.pavelagarkov.kernel.core.internal.job;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.ConfigurationException;
import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import io.github.pavelagarkov.kernel.core.internal.config.Durations;
import io.github.pavelagarkov.kernel.core.internal.cron.CronExpression;
import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.job.JobTask;
import io.github.pavelagarkov.kernel.job.Trigger;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Binds one method; problems are collected, not thrown. */
final class JobMethod {
    private static final String OFF = "off";

    private final JobTarget target;
    private final Method method;
    private final Job job;
    private final Function<String, Optional<String>> config;
    private final List<Problem> problems;
    private final int problemsBefore;

    JobMethod(JobTarget target, Method method, Function<String, Optional<String>> config, List<Problem> problems) {
        this.target = target;
        this.method = method;
        this.job = Check.notNull("@Job of " + method, method.getAnnotation(Job.class));
        this.config = config;
        this.problems = problems;
        this.problemsBefore = problems.size();
    }

    /** {@return the method, as a person would name it} */
    String where() {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName() + "()";
    }

    /** {@return the job; empty if it is switched off or wrong} */
    Optional<BoundJob> bind() {
        checkMethod();
        String name = text("name", job.name()).orElse(kebab(method.getName()));
        Optional<Duration> deadline = text("deadline", job.deadline()).flatMap(text -> duration("deadline", text));
        Optional<Duration> initial =
                text("initialDelay", job.initialDelay()).flatMap(text -> duration("initialDelay", text));
        Optional<String> leader = text("leader", job.leader());
        leader.ifPresent(election -> refuse("leader", election, () -> Check.name("election name", election)));
        Optional<Trigger> trigger = trigger();
        if (trigger.isEmpty() || problems.size() > problemsBefore) {
            return Optional.empty();
        }
        return build(name, trigger.get(), initial, deadline).map(spec -> new BoundJob(spec, leader));
    }

    private void checkMethod() {
        int modifiers = method.getModifiers();
        if (Modifier.isPrivate(modifiers) || Modifier.isStatic(modifiers)) {
            problem("", Modifier.toString(modifiers), "the method must not be private or static");
        }
        boolean ofPackage =
                !Modifier.isPublic(modifiers) && !Modifier.isProtected(modifiers) && !Modifier.isPrivate(modifiers);
        if (ofPackage
                && !method.getDeclaringClass()
                        .getPackageName()
                        .equals(target.type().getPackageName())) {
            // A proxy of the subclass could not override it and would run it on itself, where every field is empty.
            problem("", target.type().getName(), "a method inherited from another package must be protected or public");
        }
        if (method.getReturnType() != void.class) {
            problem("", method.getReturnType().getSimpleName(), "the method must return void");
        }
        Class<?>[] parameters = method.getParameterTypes();
        if (parameters.length > 1 || (parameters.length == 1 && parameters[0] != JobContext.class)) {
            problem("", method.toGenericString(), "the method must take nothing or a JobContext");
        }
    }

    /** {@return a setting with its placeholders filled; empty if it is not given} */
    private Optional<String> text(String setting, String given) {
        if (given.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Placeholders.fill(given, config)).filter(text -> !text.isEmpty());
        } catch (ConfigurationException e) {
            // The lookup knows the key and where its value came from.
            problems.addAll(e.problems());
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            problem(setting, given, message(e));
            return Optional.empty();
        }
    }

    private Optional<Trigger> trigger() {
        int before = problems.size();
        long given = List.of(job.every(), job.delay(), job.cron()).stream()
                .filter(text -> !text.isBlank())
                .count();
        if (given != 1) {
            problem("", given + " triggers", "exactly one of every, delay and cron must be given");
            return Optional.empty();
        }
        Optional<String> every = text("every", job.every());
        Optional<String> delay = text("delay", job.delay());
        Optional<String> cron = text("cron", job.cron());
        Optional<String> any = every.or(() -> delay).or(() -> cron);
        if (any.isEmpty()) {
            if (problems.size() == before) {
                problem("", "", "every, delay or cron must not be empty; off switches the job off");
            }
            return Optional.empty();
        }
        if (any.get().equals(OFF)) {
            return Optional.empty();
        }
        if (cron.isPresent()) {
            return cron(cron.get());
        }
        String setting = every.isPresent() ? "every" : "delay";
        return duration(setting, any.get()).flatMap(length -> {
            if (length.isZero()) {
                problem(setting, any.get(), "must be positive");
                return Optional.empty();
            }
            return Optional.of(every.isPresent() ? new Trigger.Every(length) : new Trigger.WithDelay(length));
        });
    }

    private Optional<Trigger> cron(String expression) {
        Optional<String> zone = text("zone", job.zone());
        if (zone.isEmpty()) {
            problem("zone", "", "a cron expression needs a zone, for instance Europe/Berlin");
            return Optional.empty();
        }
        ZoneId id;
        try {
            id = ZoneId.of(zone.get());
        } catch (DateTimeException e) {
            problem("zone", zone.get(), "must be a time zone, for instance Europe/Berlin");
            return Optional.empty();
        }
        refuse("cron", expression, () -> CronExpression.parse(expression, id));
        return Optional.of(new Trigger.Cron(expression, id));
    }

    private Optional<Duration> duration(String setting, String text) {
        try {
            return Optional.of(Durations.parse(text));
        } catch (IllegalArgumentException e) {
            problem(setting, text, message(e));
            return Optional.empty();
        }
    }

    private Optional<JobSpec> build(
            String name, Trigger trigger, Optional<Duration> initial, Optional<Duration> deadline) {
        try {
            JobSpec.Builder builder =
                    JobSpec.named(name).task(task()).trigger(trigger).stopMode(job.stopMode());
            initial.ifPresent(builder::initialDelay);
            deadline.ifPresent(builder::deadline);
            return Optional.of(builder.build());
        } catch (IllegalArgumentException | InaccessibleObjectException e) {
            problem("", name, message(e));
            return Optional.empty();
        }
    }

    private JobTask task() {
        method.setAccessible(true);
        boolean takesContext = method.getParameterCount() == 1;
        return context -> {
            try {
                if (takesContext) {
                    method.invoke(target.instance(), context);
                } else {
                    method.invoke(target.instance());
                }
            } catch (InvocationTargetException e) {
                throw unwrapped(e);
            }
        };
    }

    private static Exception unwrapped(InvocationTargetException wrapper) {
        Throwable thrown = wrapper.getCause();
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof Exception exception ? exception : wrapper;
    }

    private void refuse(String setting, String value, Runnable check) {
        try {
            check.run();
        } catch (RuntimeException e) {
            problem(setting, value, message(e));
        }
    }

    private void problem(String setting, String value, String allowed) {
        String key = setting.isEmpty() ? where() : where() + " " + setting;
        problems.add(new Problem(key, Check.printable(value), "@Job", allowed));
    }

    private static String message(RuntimeException e) {
        @Nullable String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .replaceAll("([A-Z])([A-Z][a-z])", "$1-$2")
                .replace('_', '-')
                .toLowerCase(Locale.ROOT);
    }
}
