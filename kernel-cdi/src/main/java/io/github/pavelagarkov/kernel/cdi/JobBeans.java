package io.github.pavelagarkov.kernel.cdi;

import io.github.pavelagarkov.kernel.ConfigurationException.Problem;
import jakarta.enterprise.context.ConversationScoped;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.context.SessionScoped;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import jakarta.enterprise.inject.spi.ProcessSessionBean;
import java.util.Optional;
import java.util.Set;

/** Which beans can have job methods: those that the container yields outside of any request, by their class. */
final class JobBeans {
    private static final Set<Class<?>> OF_A_REQUEST =
            Set.of(RequestScoped.class, SessionScoped.class, ConversationScoped.class);

    private JobBeans() {}

    /** {@return why methods of a bean cannot be jobs; empty if they can} */
    static Optional<Problem> problem(ProcessManagedBean<?> event) {
        Bean<?> bean = event.getBean();
        if (OF_A_REQUEST.contains(bean.getScope())) {
            return problem(bean, "@" + bean.getScope().getSimpleName(), "a job runs outside of any request");
        }
        if (event instanceof ProcessSessionBean) {
            return problem(bean, "session bean", "jobs must be on a CDI bean");
        }
        if (!bean.getTypes().contains(bean.getBeanClass())) {
            return problem(bean, "@Typed", "the class itself must be among the types of the bean");
        }
        return Optional.empty();
    }

    private static Optional<Problem> problem(Bean<?> bean, String value, String allowed) {
        return Optional.of(new Problem("@Job on " + bean.getBeanClass().getName(), value, "bean", allowed));
    }
}
