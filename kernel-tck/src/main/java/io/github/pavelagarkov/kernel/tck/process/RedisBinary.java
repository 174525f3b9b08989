package io.github.pavelagarkov.kernel.tck.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.embedded.core.ExecutableProvider;

/** Finds a redis-server to run. */
final class RedisBinary {
    static final String ENV = "KERNEL_TEST_REDIS_SERVER";

    private RedisBinary() {}

    /**
     * {@return the path of a redis-server}
     *
     * @param env the environment to look at
     * @param directory where a bundled binary may be unpacked
     */
    static Path find(Map<String, String> env, Path directory) {
        return new Providers<>(
                        "redis-server",
                        env,
                        List.of(
                                new Providers.Source<>(
                                        "set " + ENV + " to the path of a redis-server", () -> fromEnvironment(env)),
                                new Providers.Source<>(
                                        "add com.github.codemonstur:embedded-redis to the test class path",
                                        () -> bundled(directory))))
                .first();
    }

    private static Optional<Path> fromEnvironment(Map<String, String> env) {
        String given = env.getOrDefault(ENV, "");
        if (given.isEmpty()) {
            return Optional.empty();
        }
        Path path = Path.of(given);
        if (!Files.isExecutable(path)) {
            throw new IllegalStateException(ENV + " must be the path of an executable, was '" + given + "'");
        }
        return Optional.of(path);
    }

    private static Optional<Path> bundled(Path directory) {
        try {
            return Optional.of(ExecutableProvider.newJarResourceProvider(directory.toFile())
                    .get()
                    .toPath());
        } catch (NoClassDefFoundError e) {
            // The library is optional: without it there is no bundled server.
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("could not unpack the bundled redis-server", e);
        }
    }
}
