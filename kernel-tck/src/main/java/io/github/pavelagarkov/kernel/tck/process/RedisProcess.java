package io.github.pavelagarkov.kernel.tck.process;

import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a Redis server of a test's own, on a loopback port, without persistence.
 *
 * <p>The binary is the one that the environment variable {@code KERNEL_TEST_REDIS_SERVER} names, else the one that
 * embedded-redis carries. Without either the test is aborted, and fails if {@code CI} is set.
 *
 * <p>Thread-safe.
 */
public final class RedisProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PROBE = Duration.ofSeconds(2);

    private final Path binary;
    private final Path directory;
    private final Optional<String> password;
    private final String config;
    private final int port;
    /** INVARIANT: guarded by lock. */
    private ChildProcess child;

    private final Object lock = new Object();

    private RedisProcess(Path binary, Path directory, Builder builder, int port) {
        this.binary = binary;
        this.directory = directory;
        this.password = builder.password;
        this.port = port;
        this.config = config(builder, port);
        this.child = launch();
    }

    private static String config(Builder builder, int port) {
        List<String> lines = new ArrayList<>(
                List.of("bind 127.0.0.1", "port " + port, "appendonly no", "save \"\"", "daemonize no"));
        builder.password.ifPresent(word -> lines.add("requirepass \"" + word + "\""));
        lines.addAll(builder.config);
        return String.join("\n", lines) + "\n";
    }

    /** {@return a server without a password on a random port, answering} */
    public static RedisProcess start() {
        return builder().start();
    }

    /** {@return describes a server} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return {@code redis://[:password@]127.0.0.1:port}} */
    public URI uri() {
        return URI.create("redis://" + password.map(word -> ":" + word + "@").orElse("") + "127.0.0.1:" + port);
    }

    /** {@return the port, the same for all generations of this server} */
    public int port() {
        return port;
    }

    /** {@return the process id of the current generation} */
    public long pid() {
        return child().pid();
    }

    /** {@return whether the process has not ended; a paused one is alive} */
    public boolean isAlive() {
        return child().isAlive();
    }

    /** {@return sends commands to this server} */
    public RedisCommand command() {
        return password.map(word -> RedisCommand.at(port, word)).orElseGet(() -> RedisCommand.at(port));
    }

    /**
     * Sends a command that must succeed.
     *
     * @param words the command and its arguments
     * @return the answer
     * @throws IllegalStateException if Redis refuses it
     */
    public RedisReply send(String... words) {
        return command().send(words);
    }

    /** Ends the process at once, as a crash does, and waits until it is gone. */
    public void kill() {
        child().signal("KILL");
        child().awaitExit(PATIENCE);
    }

    /** Freezes the process: connections stay open and nothing is answered. */
    public void pause() {
        child().signal("STOP");
    }

    /** Lets a frozen process go on. */
    public void resume() {
        child().signal("CONT");
    }

    /** Starts a new process on the same port, with no data; ends the old one first if it still is there. */
    public void restart() {
        synchronized (lock) {
            child.close();
            child = launch();
        }
    }

    /** Ends the process in good order and waits until it is gone. It can be started again by {@link #restart()}. */
    public void stop() {
        // A frozen process would only hear of TERM when it goes on.
        child().signal("CONT");
        child().signal("TERM");
        child().awaitExit(PATIENCE);
    }

    /** Kills the process, if it still is there, and deletes its files. Idempotent. */
    @Override
    public void close() {
        child().close();
        Scratch.delete(directory);
    }

    private ChildProcess child() {
        synchronized (lock) {
            return child;
        }
    }

    private ChildProcess launch() {
        // By standard input, so that a password shows neither in a file nor in the list of processes.
        ProcessBuilder command = new ProcessBuilder(binary.toString(), "-").directory(directory.toFile());
        ChildProcess started = ChildProcess.start("redis-server on port " + port, command, config);
        if (!Patience.until(() -> !started.isAlive() || answers(started), PATIENCE)) {
            started.close();
            throw new IllegalStateException(
                    "redis-server did not answer on port " + port + " within " + PATIENCE + started.tail());
        }
        if (!started.isAlive()) {
            started.close();
            throw new Scratch.NotStarted(
                    "redis-server on port " + port + started.ended() + " before it answered" + started.tail());
        }
        return started;
    }

    /** Asks who is there: on a random port it may be somebody else's server. */
    private boolean answers(ChildProcess started) {
        try {
            RedisReply info = command().within(PROBE).ask("INFO", "server");
            return info.text().lines().anyMatch(line -> line.strip().equals("process_id:" + started.pid()));
        } catch (UncheckedIOException | IllegalStateException e) {
            // Not listening yet, or somebody else's server with another password: ours then ends by itself.
            return false;
        }
    }

    /** Describes a server. Not thread-safe. */
    public static final class Builder {
        private final List<String> config = new ArrayList<>();
        private Optional<String> password = Optional.empty();
        private int port;

        private Builder() {}

        /**
         * Sets the password of the default user.
         *
         * @param word letters and digits
         * @return this builder
         */
        public Builder requirepass(String word) {
            if (!word.matches("[A-Za-z0-9]+")) {
                throw new IllegalArgumentException("requirepass must be letters and digits, so that it fits every URI");
            }
            password = Optional.of(word);
            return this;
        }

        /**
         * Adds a line to the server's configuration.
         *
         * @param line such as {@code maxclients 20}
         * @return this builder
         */
        public Builder config(String line) {
            config.add(line);
            return this;
        }

        /**
         * Sets the port; without it a random free one is taken.
         *
         * @param fixed 1 to 65,535
         * @return this builder
         */
        public Builder port(int fixed) {
            port = Scratch.checkedPort(fixed);
            return this;
        }

        /**
         * Starts the server.
         *
         * @return the server, answering
         * @throws IllegalStateException if it does not start; the message carries its output
         */
        public RedisProcess start() {
            Map<String, String> env = System.getenv();
            return startIfThere(env).orEndTest("redis-server", env);
        }

        /** Starts the server, if there is a binary. */
        Offer<RedisProcess> startIfThere(Map<String, String> env) {
            Path directory = Scratch.directory("redis");
            try {
                Offer<RedisProcess> offer = RedisBinary.find(env, directory).map(binary -> start(binary, directory));
                if (offer.found().isEmpty()) {
                    Scratch.delete(directory);
                }
                return offer;
            } catch (RuntimeException | Error e) {
                Scratch.delete(directory);
                throw e;
            }
        }

        private RedisProcess start(Path binary, Path directory) {
            return port > 0
                    ? new RedisProcess(binary, directory, this, port)
                    : Scratch.onFreePort(free -> new RedisProcess(binary, directory, this, free));
        }
    }
}
