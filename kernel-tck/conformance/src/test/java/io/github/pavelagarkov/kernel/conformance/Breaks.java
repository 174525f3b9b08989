package io.github.pavelagarkov.kernel.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a provider whose implementation breaks one rule on purpose: the suite must find exactly that. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface Breaks {
    /** {@return the rule} */
    String value();

    /** {@return the class of rules that is run against it} */
    Class<?> in();

    /** {@return found in the message of the failure} */
    String says();

    /** {@return whether other rules of the family are left out: each of their tests costs seconds} */
    boolean alone() default false;
}
