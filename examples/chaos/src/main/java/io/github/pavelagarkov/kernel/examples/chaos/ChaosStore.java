package io.github.pavelagarkov.kernel.examples.chaos;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The backend that the replicas share, with the faults it can have. Used by one thread. */
interface ChaosStore extends AutoCloseable {
    /** The backends there are. */
    enum Kind {
        REDIS {
            @Override
            ChaosStore start() {
                return new RedisStore();
            }

            @Override
            Set<Fault.Kind> faults() {
                return EnumSet.complementOf(EnumSet.of(Fault.Kind.STORE_ENDS_SESSIONS));
            }
        },
        POSTGRES {
            @Override
            ChaosStore start() {
                return new PostgresStore();
            }

            @Override
            Set<Fault.Kind> faults() {
                return EnumSet.allOf(Fault.Kind.class);
            }
        };

        abstract ChaosStore start();

        /** {@return what can happen to replicas that share this store, and to itself} */
        abstract Set<Fault.Kind> faults();

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

    /** Ends all sessions of its clients, from its own side. */
    void endSessions();

    @Override
    void close();
}
