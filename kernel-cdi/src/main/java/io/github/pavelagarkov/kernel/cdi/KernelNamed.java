package io.github.pavelagarkov.kernel.cdi;

import jakarta.enterprise.util.AnnotationLiteral;
import jakarta.inject.Qualifier;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Asks for what the configuration calls by a name: an election of {@code kernel.leader.names}, a scheduler of {@code
 * kernel.scheduler.names}, a pool of {@code kernel.postgres.names}. A name that is nowhere fails the deployment.
 *
 * <pre>{@code
 * @Inject @KernelNamed("billing") Election billing;
 * @Inject @KernelNamed("orders") DataSource orders;
 * }</pre>
 *
 * <p>An election that is asked for is joined at the start; before that its methods throw IllegalStateException.
 */
@Qualifier
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.METHOD, ElementType.TYPE})
public @interface KernelNamed {
    /** {@return the name} */
    String value();

    /** A {@link KernelNamed} for {@code Instance.select}. */
    final class Literal extends AnnotationLiteral<KernelNamed> implements KernelNamed {
        private static final long serialVersionUID = 1L;

        private final String value;

        private Literal(String value) {
            this.value = value;
        }

        /**
         * {@return the qualifier of a name}
         *
         * @param value the name
         */
        public static Literal of(String value) {
            return new Literal(value);
        }

        @Override
        public String value() {
            return value;
        }
    }
}
