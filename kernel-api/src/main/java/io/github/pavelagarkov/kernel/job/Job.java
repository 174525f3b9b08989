package io.github.pavelagarkov.kernel.job;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method a job. The method is not private and not static, takes nothing or a {@link JobContext}, and returns
 * nothing.
 *
 * <p>Every text may hold {@code {config.key}} or {@code {config.key:default}}; durations are written as {@code 30s}, {@code
 * 500ms}, {@code PT30S}. Exactly one of {@link #every}, {@link #delay} and {@link #cron} is given; the value {@code off}
 * switches the job off.
 *
 * @see <a href="SPEC.md">SPEC.md JS-1, JS-8</a>
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Job {
    /** {@return the job's name; by default the method's name in lower-case-with-dashes} */
    String name() default "";

    /** {@return the period of a fixed grid, or {@code off}} */
    String every() default "";

    /** {@return the time between the end of a run and the next, or {@code off}} */
    String delay() default "";

    /** {@return a cron expression, or {@code off}} */
    String cron() default "";

    /** {@return the time zone of the cron expression, for instance {@code Europe/Berlin}; required with it} */
    String zone() default "";

    /** {@return the time from start to the first run; by default one period} */
    String initialDelay() default "";

    /** {@return how long a run may take before it is cancelled and interrupted; by default for ever} */
    String deadline() default "";

    /** {@return what happens to a run when its scheduler stops} */
    StopMode stopMode() default StopMode.GRACEFUL;

    /** {@return the election whose leader runs this job; by default every process does} */
    String leader() default "";
}
