package io.github.pavelagarkov.kernel.tck;

import java.util.Optional;
import java.util.Set;

/**
 * Gives the suite the implementation under test: the one class that an implementer writes.
 *
 * <p>Found by {@link java.util.ServiceLoader}; where there are several, the configuration parameter
 * {@code kernel.tck.provider} names the one by its {@link #id()} or its class. It has a public constructor without
 * parameters, which starts nothing. Called by the threads of the test engine, one at a time.
 */
public interface KernelTckProvider extends AutoCloseable {
    /** {@return a short name for files and for {@code kernel.tck.provider}: {@code [a-z][a-z0-9-]{0,62}}} */
    String id();

    /** {@return what the report calls the implementation, as "kernel-core on Redis"} */
    String name();

    /** {@return what the implementation runs in, as "Open Liberty 26.0.0.3"} */
    default String host() {
        return "plain Java";
    }

    /** {@return the version of the implementation, by default that of the jar of this class} */
    default String version() {
        return Optional.ofNullable(getClass().getPackage().getImplementationVersion())
                .orElse("unknown");
    }

    /** {@return what can be asked of it} */
    Set<Capability> capabilities();

    /**
     * {@return why a capability is not declared, for the report: a sentence without its full stop}
     *
     * @param capability not among the declared ones
     */
    default Optional<String> whyNot(Capability capability) {
        return Optional.empty();
    }

    /**
     * Makes the surroundings of one test.
     *
     * @param setup what the test gives
     * @return hands out the parts; closed after the test
     * @throws Exception if it cannot be made; the test then fails
     */
    KernelFixture open(TckSetup setup) throws Exception;

    /**
     * Frees what the fixtures of all tests shared, a server for instance. Called once, after the last test.
     *
     * @throws Exception if that fails
     */
    @Override
    default void close() throws Exception {}
}
