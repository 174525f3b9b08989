package io.github.pavelagarkov.kernel.examples.chaos;

import io.github.pavelagarkov.kernel.core.KernelBuilder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The backend that the replicas share, with the faults it can have. Used by one thread. */
interface ChaosStore extends AutoCloseable {
    /** The backends there are. A replica knows its own by this name. */
    enum Kind {
        REDIS {
            @Override
            ChaosStore start() {
                return new RedisStore();
            }

            @Override
            void connect(KernelBuilder builder) {
                // By the setting kernel.redis.uri, as any service.
            }
        };

        abstract ChaosStore start();

        /** Gives the store to a replica. */
        abstract void connect(KernelBuilder builder);

        static Kind of(String name) {
            return Arrays.stream(values())
                    .filter(kind -> kind.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("chaos.store must be one of "
                            + Arrays.stream(values())
                                    .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                                    .collect(Collectors.joining(", "))
                            + ", was '" + name + "'"));
        }
    }

    /** {@return where it listens on the loopback address} */
    int port();

    /** {@return the system properties by which a replica finds it behind its own proxy} */
    Map<String, String> properties(int proxyPort);

    /** Ends the server at once. */
    void kill();

    /** Starts it again. */
    void restart();

    /** {@return whether a killed server comes back with its data} */
    boolean isDurable();

    void pause();

    void resume();

    /** Makes it forget every lease and every token. */
    void loseData();

    @Override
    void close();
}
