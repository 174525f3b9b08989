package io.github.pavelagarkov.kernel.tck.process;

import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A server in a container of Docker, for a test that finds no other.
 *
 * <p>Testcontainers is called by name, so that the descriptor of this module requires no library whose module name is that of
 * its file. Thread-safe.
 */
final class ServerContainer implements AutoCloseable {
    private static final String LIBRARY = "org.testcontainers:testcontainers";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Image image;
    private final Class<?> type;
    private final Object container;

    /**
     * What to run.
     *
     * @param env the environment variable that names another one
     * @param name as Docker knows it
     * @param port where the server listens, inside of the container
     */
    record Image(String env, String name, int port) {
        static Image of(Map<String, String> environment, String env, String usual, int port) {
            String given = environment.getOrDefault(env, "");
            return new Image(env, given.isEmpty() ? usual : given, port);
        }
    }

    private ServerContainer(Image image, Object fetched, Map<String, String> settings)
            throws ReflectiveOperationException {
        this.image = image;
        this.type = testcontainers("containers.GenericContainer");
        this.container = type.getConstructor(fetched.getClass()).newInstance(fetched);
        type.getMethod("addExposedPort", Integer.class).invoke(container, image.port());
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            type.getMethod("addEnv", String.class, String.class)
                    .invoke(container, setting.getKey(), setting.getValue());
        }
    }

    /**
     * Starts a container, if Testcontainers is on the class path and Docker answers and has the image.
     *
     * @param image what to run
     * @param settings the environment of the server; may hold a password
     * @return the container, whose server may not answer yet
     * @throws IllegalStateException if it does not start
     */
    static Offer<ServerContainer> start(Image image, Map<String, String> settings) {
        try {
            if (!dockerAnswers()) {
                return Offer.none("start Docker or set DOCKER_HOST, for a container of " + image.name());
            }
            Offer<Object> fetched = fetched(image);
            return fetched.found().isPresent()
                    ? Offer.of(started(image, fetched.found().get(), settings))
                    : Offer.none(fetched.advice());
        } catch (ClassNotFoundException e) {
            return Offer.none("have Docker and add " + LIBRARY + " to the test class path");
        } catch (InvocationTargetException e) {
            if (isUnfetched(e)) {
                // That of the container by which Testcontainers cleans up.
                return Offer.none(unfetched(image, e));
            }
            throw new IllegalStateException("could not start a container of " + image.name(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(LIBRARY + " is no version that is known here, as 2.0.5 is", e);
        }
    }

    private static boolean dockerAnswers() throws ReflectiveOperationException {
        Class<?> factory = testcontainers("DockerClientFactory");
        Object instance = factory.getMethod("instance").invoke(null);
        return (boolean) factory.getMethod("isDockerAvailable").invoke(instance);
    }

    /** Before there is a container: that would try again, for minutes, each time it is asked for its image. */
    private static Offer<Object> fetched(Image image) throws ReflectiveOperationException {
        Class<?> remote = testcontainers("images.RemoteDockerImage");
        Object fetched = remote.getConstructor(String.class).newInstance(image.name());
        try {
            Object unused = remote.getMethod("get").invoke(fetched);
            return Offer.of(fetched);
        } catch (InvocationTargetException e) {
            return Offer.none(unfetched(image, e));
        }
    }

    private static String unfetched(Image image, InvocationTargetException failure) {
        return "have Docker fetch " + image.name() + ", which failed (" + failure.getCause()
                + "), or name another image in " + image.env();
    }

    private static boolean isUnfetched(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause.getClass().getName().equals("org.testcontainers.containers.ContainerFetchException")) {
                return true;
            }
        }
        return false;
    }

    private static Class<?> testcontainers(String name) throws ClassNotFoundException {
        return Class.forName("org.testcontainers." + name);
    }

    private static ServerContainer started(Image image, Object fetched, Map<String, String> settings)
            throws ReflectiveOperationException {
        ServerContainer container = new ServerContainer(image, fetched, settings);
        try {
            container.type.getMethod("start").invoke(container.container);
            return container;
        } catch (ReflectiveOperationException e) {
            // It may have been created.
            container.close();
            throw e;
        }
    }

    /** {@return where the port of the image is, {@code host:port}} */
    String address() {
        try {
            Object host = type.getMethod("getHost").invoke(container);
            return host + ":" + type.getMethod("getMappedPort", int.class).invoke(container, image.port());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("could not ask where the container of " + image.name() + " is", e);
        }
    }

    /**
     * Asks until the server answers.
     *
     * @param question fails with what a server causes that is not ready
     * @throws IllegalStateException if it does not answer; the container has ended then
     */
    void awaitAnswer(Runnable question) {
        AtomicReference<RuntimeException> last = new AtomicReference<>();
        boolean answers = Patience.until(() -> answers(question, last), PATIENCE);
        if (!answers) {
            close();
            throw new IllegalStateException(
                    "a container of " + image.name() + " did not answer within " + PATIENCE, last.get());
        }
    }

    private static boolean answers(Runnable question, AtomicReference<RuntimeException> last) {
        try {
            question.run();
            return true;
        } catch (UncheckedIOException | IllegalStateException e) {
            last.set(e);
            return false;
        }
    }

    /** Ends the server and removes the container. Idempotent. */
    @Override
    public void close() {
        try {
            type.getMethod("stop").invoke(container);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("could not stop the container of " + image.name(), e);
        }
    }
}
