package io.github.pavelagarkov.kernel.tck.process;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Redis for tests that harm no server: a given one, one of our own, or one in a container.
 *
 * <p>The environment variable {@code KERNEL_TEST_REDIS_URI} names a given one, whose data a test must not assume to be
 * empty. Without it a {@link RedisProcess} is started; without what that needs, a container of Docker, if {@code
 * org.testcontainers:testcontainers} is on the test class path, of the image {@code redis:7.4-alpine} or the one that {@code
 * KERNEL_TEST_REDIS_IMAGE} names. Without all three the test is aborted, and fails if {@code CI} is set. Thread-safe.
 */
public final class RedisEndpoint implements AutoCloseable {
    static final String ENV = "KERNEL_TEST_REDIS_URI";
    static final String IMAGE = "KERNEL_TEST_REDIS_IMAGE";

    private static final String USUAL_IMAGE = "redis:7.4-alpine";
    private static final int PORT = 6379;

    private final URI uri;
    private final Optional<RedisProcess> process;
    private final Runnable end;

    private RedisEndpoint(URI uri, Optional<RedisProcess> process, Runnable end) {
        this.uri = uri;
        this.process = process;
        this.end = end;
    }

    /** {@return a Redis that answers} */
    public static RedisEndpoint find() {
        return find(System.getenv());
    }

    static RedisEndpoint find(Map<String, String> env) {
        Offer<RedisEndpoint> offer =
                Offer.first(List.of(() -> given(env), () -> ownProcess(env), () -> container(env)));
        return offer.orEndTest("Redis", env);
    }

    private static Offer<RedisEndpoint> given(Map<String, String> env) {
        String text = env.getOrDefault(ENV, "");
        if (text.isEmpty()) {
            return Offer.none("set " + ENV + " to redis://[:password@]host:port");
        }
        URI uri = parse(text);
        // Who names a server wants that one: if it does not answer the test fails and takes no other.
        RedisCommand.at(uri).send("PING");
        return Offer.of(new RedisEndpoint(uri, Optional.empty(), () -> {}));
    }

    @SuppressWarnings("UnusedException") // the cause would show the value
    private static URI parse(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            // The value is not shown: it may hold a password.
            throw new IllegalStateException(ENV + " must be redis://[:password@]host:port, is no URI");
        }
    }

    private static Offer<RedisEndpoint> ownProcess(Map<String, String> env) {
        return RedisProcess.builder()
                .startIfThere(env)
                .map(own -> new RedisEndpoint(own.uri(), Optional.of(own), own::close));
    }

    static Offer<RedisEndpoint> container(Map<String, String> env) {
        return ServerContainer.start(ServerContainer.Image.of(env, IMAGE, USUAL_IMAGE, PORT), Map.of())
                .map(RedisEndpoint::inContainer);
    }

    private static RedisEndpoint inContainer(ServerContainer container) {
        URI uri = URI.create("redis://" + container.address());
        container.awaitAnswer(() -> RedisCommand.at(uri).send("PING"));
        return new RedisEndpoint(uri, Optional.empty(), container::close);
    }

    /** {@return where it is, {@code redis://[:password@]host:port}} */
    public URI uri() {
        return uri;
    }

    /** {@return sends commands to it} */
    public RedisCommand command() {
        return RedisCommand.at(uri);
    }

    /** {@return the server, if it is a process of our own and may be harmed} */
    public Optional<RedisProcess> process() {
        return process;
    }

    /** Ends the server, or its container, if it is our own; a given one is left alone. */
    @Override
    public void close() {
        end.run();
    }
}
