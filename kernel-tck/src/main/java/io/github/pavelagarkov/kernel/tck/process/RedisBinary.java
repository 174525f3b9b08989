package io.github.pavelagarkov.kernel.tck.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Finds a redis-server to run. */
final class RedisBinary {
    static final String ENV = "KERNEL_TEST_REDIS_SERVER";

    private RedisBinary() {}

    /**
     * {@return the path of a redis-server, if there is one}
     *
     * @param env the environment to look at
     * @param directory where a bundled binary may be unpacked
     */
    static Offer<Path> find(Map<String, String> env, Path directory) {
        return Offer.first(List.of(() -> fromEnvironment(env), () -> bundled(directory)));
    }

    private static Offer<Path> fromEnvironment(Map<String, String> env) {
        String given = env.getOrDefault(ENV, "");
        if (given.isEmpty()) {
            return Offer.none("set " + ENV + " to the path of a redis-server");
        }
        Path path = Path.of(given);
        if (!Files.isExecutable(path)) {
            throw new IllegalStateException(ENV + " must be the path of an executable, was '" + given + "'");
        }
        return Offer.of(path);
    }

    /** By name, so that the descriptor of this module requires no library whose module name is that of its file. */
    private static Offer<Path> bundled(Path directory) {
        try {
            Class<?> provider = Class.forName("redis.embedded.core.ExecutableProvider");
            Object ofThisPlatform =
                    provider.getMethod("newJarResourceProvider", File.class).invoke(null, directory.toFile());
            return Offer.of(((File) provider.getMethod("get").invoke(ofThisPlatform)).toPath());
        } catch (ClassNotFoundException e) {
            // The library is optional: without it there is no bundled server.
            return Offer.none("add com.github.codemonstur:embedded-redis to the test class path");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("could not unpack the redis-server of embedded-redis", e);
        }
    }
}
