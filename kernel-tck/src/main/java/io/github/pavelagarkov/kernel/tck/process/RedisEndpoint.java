package io.github.pavelagarkov.kernel.tck.process;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Redis for tests that harm no server: a given one, or one of our own.
 *
 * <p>The environment variable {@code KERNEL_TEST_REDIS_URI} names a given one, whose data a test must not assume to be
 * empty. Without it a {@link RedisProcess} is started. Thread-safe.
 */
public final class RedisEndpoint implements AutoCloseable {
    static final String ENV = "KERNEL_TEST_REDIS_URI";

    private final URI uri;
    private final Optional<RedisProcess> process;

    private RedisEndpoint(URI uri, Optional<RedisProcess> process) {
        this.uri = uri;
        this.process = process;
    }

    /** {@return a Redis that answers} */
    public static RedisEndpoint find() {
        return find(System.getenv());
    }

    static RedisEndpoint find(Map<String, String> env) {
        return new Providers<>(
                        "Redis",
                        env,
                        List.of(
                                new Providers.Source<>(
                                        "set " + ENV + " to redis://[:password@]host:port", () -> given(env)),
                                new Providers.Source<>(
                                        "see what a RedisProcess needs", () -> Optional.of(ownProcess()))))
                .first();
    }

    private static Optional<RedisEndpoint> given(Map<String, String> env) {
        String text = env.getOrDefault(ENV, "");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        URI uri = parse(text);
        // Who names a server wants that one: if it does not answer the test fails and takes no other.
        RedisCommand.at(uri).send("PING");
        return Optional.of(new RedisEndpoint(uri, Optional.empty()));
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

    private static RedisEndpoint ownProcess() {
        RedisProcess own = RedisProcess.start();
        return new RedisEndpoint(own.uri(), Optional.of(own));
    }

    /** {@return where it is, {@code redis://[:password@]host:port}} */
    public URI uri() {
        return uri;
    }

    /** {@return sends commands to it} */
    public RedisCommand command() {
        return RedisCommand.at(uri);
    }

    /** {@return the server, if it is our own and may be harmed} */
    public Optional<RedisProcess> process() {
        return process;
    }

    /** Ends the server if it is our own; a given one is left alone. */
    @Override
    public void close() {
        process.ifPresent(RedisProcess::close);
    }
}
