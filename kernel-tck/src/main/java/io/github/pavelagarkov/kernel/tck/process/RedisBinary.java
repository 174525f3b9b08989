package io.github.pavelagarkov.kernel.tck.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    /** By name, so that the descriptor of this module requires no library whose module name is that of its file. */
    private static Optional<Path> bundled(Path directory) {
        try {
            Class<?> provider = Class.forName("redis.embedded.core.ExecutableProvider");
            Object ofThisPlatform =
                    provider.getMethod("newJarResourceProvider", File.class).invoke(null, directory.toFile());
            return Optional.of(((File) provider.getMethod("get").invoke(ofThisPlatform)).toPath());
        } catch (ClassNotFoundException e) {
            // The library is optional: without it there is no bundled server.
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("could not unpack the redis-server of embedded-redis", e);
        }
    }
}
