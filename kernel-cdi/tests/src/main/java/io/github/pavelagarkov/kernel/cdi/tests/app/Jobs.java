package io.github.pavelagarkov.kernel.cdi.tests.app;

import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.JobContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** Jobs of a bean that the container hands out as a proxy. */
@ApplicationScoped
public class Jobs {
    private static final String SETTINGS = "META-INF/microprofile-config.properties";

    @Inject
    Journal journal;

    /** For the container. */
    public Jobs() {}

    @Job(every = "100ms")
    void packagePrivate() {
        // Null if it ran on the proxy and not on the bean behind it.
        journal.note("package-private", "ran");
    }

    /** Every period and name may come from the configuration. */
    @Job(name = "{jobs.name:nameless}", every = "{jobs.period:1h}", initialDelay = "{jobs.first:1ms}")
    public void configured(JobContext context) {
        journal.note("configured", context.jobName());
    }

    /** Only where this process leads. */
    @Job(every = "100ms", leader = "billing")
    public void settle(JobContext context) {
        journal.note("term", context.term().map(term -> term.election()).orElse("none"));
    }

    /** Switched off. */
    @Job(every = "off")
    public void never() {
        journal.note("never", "ran");
    }

    /** Looks around. */
    @Job(every = "100ms")
    public void lookAround() {
        Thread thread = Thread.currentThread();
        ClassLoader loader = thread.getContextClassLoader();
        journal.note("loader", loadsThis(loader));
        journal.note("settings", loader.getResource(SETTINGS) != null);
        journal.note("naming", lookedUp());
        journal.note(
                "thread",
                Stream.<Class<?>>iterate(thread.getClass(), type -> type != null, Class::getSuperclass)
                        .flatMap(type -> Stream.concat(Stream.of(type), Arrays.stream(type.getInterfaces())))
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(" ")));
    }

    private static boolean loadsThis(ClassLoader loader) {
        try {
            return loader.loadClass(Jobs.class.getName()) == Jobs.class;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    @SuppressWarnings("BanJNDI") // a constant of the specification, in the server's own directory
    private static String lookedUp() {
        try {
            return Optional.ofNullable(new InitialContext().lookup("java:comp/DefaultManagedThreadFactory"))
                    .map(found -> "found " + found.getClass().getName())
                    .orElse("nothing");
        } catch (NamingException e) {
            return e.toString();
        }
    }

    /** Is mostly under way when the application ends. */
    @Job(delay = "10ms")
    public void linger() throws InterruptedException {
        journal.write("run began");
        var unused = new CountDownLatch(1).await(300, TimeUnit.MILLISECONDS);
        journal.write("run ended");
    }
}
