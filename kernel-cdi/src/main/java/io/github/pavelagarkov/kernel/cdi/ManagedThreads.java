package io.github.pavelagarkov.kernel.cdi;

import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import javax.naming.InitialContext;
import javax.naming.NamingException;

/** The threads that a Jakarta EE server makes for an application: with its class loader and its naming context. */
final class ManagedThreads {
    private static final String NAME = "java:comp/DefaultManagedThreadFactory";

    private ManagedThreads() {}

    /** {@return the factory; empty where there is no naming directory, or no Jakarta Concurrency} */
    @SuppressWarnings("BanJNDI") // a constant of the specification, in the server's own directory
    static Optional<ThreadFactory> find() {
        try {
            return Optional.ofNullable((ThreadFactory) new InitialContext().lookup(NAME));
        } catch (NamingException | ClassCastException e) {
            return Optional.empty();
        }
    }
}
