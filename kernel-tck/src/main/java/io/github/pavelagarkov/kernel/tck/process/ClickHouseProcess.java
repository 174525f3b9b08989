package io.github.pavelagarkov.kernel.tck.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Runs a ClickHouse server of a test's own, real in all but its shell: its HTTP interface on a loopback port, with a data
 * directory that outlives a crash.
 *
 * <p>The engine is the library that the environment variable {@code KERNEL_TEST_CLICKHOUSE_LIBRARY} names, else that of the npm
 * package {@code @chdb/lib-linux-x64-gnu}, which npm fetches once (178 MB) and whose sums are checked; it is kept in {@code
 * ~/.cache/kernel-test}. Without either the test is aborted, and fails if {@code CI} is set. It runs in a child JVM, by {@code
 * net.java.dev.jna:jna} on the test class path.
 *
 * <p>Not there: replication that works (a replicated table stays read-only), the native protocol, and a reload of the
 * configuration. Thread-safe.
 */
public final class ClickHouseProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String USER = "kernel";
    private static final String DATABASE = "kernel";
    /** From here on a JVM warns of calls into native code unless it was told of them. */
    private static final int WARNS_OF_NATIVE = 22;
    /** Ends with its standard input, and so with the JVM that started it, however that ends. */
    private static final String SERVE =
            "SYSTEM START LISTEN HTTP; SELECT count() FROM file('/dev/stdin', 'LineAsString')";

    private final Path library;
    private final Path directory;
    private final String password;
    private final int port;
    /** INVARIANT: guarded by lock. */
    private ChildProcess child;

    private final Object lock = new Object();

    private ClickHouseProcess(Path library, Path directory, String password, int port) {
        this.library = library;
        this.directory = directory;
        this.password = password;
        this.port = port;
        this.child = launch();
    }

    /** {@return a server on a random port, answering} */
    public static ClickHouseProcess start() {
        return builder().start();
    }

    /** {@return describes a server} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return {@code jdbc:clickhouse://127.0.0.1:port/kernel}, without credentials; that database outlives a crash} */
    public String url() {
        return "jdbc:clickhouse://127.0.0.1:" + port + "/" + DATABASE;
    }

    /** {@return the name of the user who may do everything} */
    public String user() {
        return USER;
    }

    /** {@return the password of all users, another one for each server} */
    public String password() {
        return password;
    }

    /** {@return the port of HTTP, the same for all generations of this server} */
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

    /**
     * Runs a statement that must succeed, over HTTP and without a driver.
     *
     * @param sql one statement
     * @return the rows as texts, as the format TabSeparated has them; empty if there are none
     * @throws IllegalStateException if the server refuses it
     * @throws UncheckedIOException if the server cannot be reached
     */
    public List<List<String>> query(String sql) {
        return http(DATABASE).query(sql);
    }

    private ClickHouseHttp http(String database) {
        return new ClickHouseHttp(
                ClickHouseHttp.addressOf("jdbc:clickhouse://127.0.0.1:" + port + "/" + database), USER, password);
    }

    /** Ends the process at once, as a crash does, and waits until it is gone. */
    public void kill() {
        child().signal("KILL");
        int unused = child().awaitExit(PATIENCE);
    }

    /** Freezes the process: connections stay open and nothing is answered. */
    public void pause() {
        child().signal("STOP");
    }

    /** Lets a frozen process go on. */
    public void resume() {
        child().signal("CONT");
    }

    /** Starts the server again on the same port and data; ends the old one first if it still is there. */
    public void restart() {
        synchronized (lock) {
            child.close();
            child = launch();
        }
    }

    /** Kills the server, if it still is there, and deletes its data. Idempotent. */
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
        String name = "clickhouse on port " + port;
        ProcessBuilder command = new ProcessBuilder(command())
                .directory(directory.resolve("empty").toFile());
        command.environment().put("TZ", "UTC");
        ChildProcess started = ChildProcess.startListening(name, command);
        boolean ended = !Patience.until(() -> !started.isAlive() || answers(), PATIENCE);
        if (ended || !started.isAlive()) {
            String message = name
                    + (started.isAlive() ? " did not answer within " + PATIENCE : started.ended() + " while it started")
                    + started.tail();
            started.close();
            throw new Scratch.NotStarted(message);
        }
        return started;
    }

    private List<String> command() {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m"));
        if (Runtime.version().feature() >= WARNS_OF_NATIVE) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(
                "-cp",
                classPath(),
                ClickHouseMain.class.getName(),
                library.toString(),
                "--path",
                directory.resolve("data").toString(),
                "--config-file",
                directory.resolve("config.xml").toString(),
                "--listen_host=127.0.0.1",
                "--http_port=" + port,
                "--query",
                SERVE));
        return command;
    }

    private static String classPath() {
        try {
            ClassLoader loader = ClickHouseProcess.class.getClassLoader();
            return where(ClickHouseMain.class)
                    + File.pathSeparator
                    + where(Class.forName("com.sun.jna.NativeLibrary", false, loader));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "running a ClickHouse server needs net.java.dev.jna:jna: add it to the test class path", e);
        }
    }

    private static Path where(Class<?> type) {
        return Path.of(java.net.URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    /** Only ours knows the password: on a random port it may be somebody else's server. */
    private boolean answers() {
        try {
            // The one that is there at the beginning keeps nothing over a restart.
            List<List<String>> unused =
                    http("").query("CREATE DATABASE IF NOT EXISTS " + DATABASE + " ENGINE = Atomic");
            return true;
        } catch (UncheckedIOException | IllegalStateException e) {
            // Not listening yet, or somebody else's server: ours then ends by itself.
            return false;
        }
    }

    /** Describes a server. Not thread-safe. */
    public static final class Builder {
        private static final String ALL = "<networks><ip>127.0.0.1</ip></networks>";

        private final String password = UUID.randomUUID().toString();
        private final List<String> config = new ArrayList<>();
        /** By name, profile and quota in XML. */
        private final Map<String, List<String>> users = new LinkedHashMap<>();

        private int port;

        private Builder() {
            users.put(USER, List.of("", ""));
        }

        /**
         * Adds to the configuration of the server.
         *
         * @param xml elements such as {@code <max_connections>20</max_connections>}
         * @return this builder
         */
        public Builder config(String xml) {
            config.add(xml);
            return this;
        }

        /**
         * Adds a user with settings of its own and the password of all.
         *
         * @param name letters
         * @param settings elements such as {@code <max_concurrent_queries_for_user>1</max_concurrent_queries_for_user>}
         * @return this builder
         */
        public Builder user(String name, String settings) {
            users.put(name, List.of(settings, ""));
            return this;
        }

        /**
         * Adds a user who may run so many queries in an hour, with the password of all.
         *
         * @param name letters
         * @param queries how many; a query without a table does not count
         * @return this builder
         */
        public Builder userWithQuota(String name, int queries) {
            String quota = "<interval><duration>3600</duration><queries>" + queries + "</queries></interval>";
            users.put(name, List.of("", quota));
            return this;
        }

        /**
         * Sets the port of HTTP; without it a random free one is taken.
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
        public ClickHouseProcess start() {
            Map<String, String> env = System.getenv();
            return startIfThere(env).orEndTest("ClickHouse engine", env);
        }

        /** Starts the server, if there is an engine. */
        Offer<ClickHouseProcess> startIfThere(Map<String, String> env) {
            return ClickHouseLibrary.find(env, ClickHouseLibrary.cache()).map(this::start);
        }

        private ClickHouseProcess start(Path library) {
            Path directory = Scratch.directory("clickhouse");
            try {
                write(directory);
                return port > 0
                        ? new ClickHouseProcess(library, directory, password, port)
                        : Scratch.onFreePort(free -> new ClickHouseProcess(library, directory, password, free));
            } catch (RuntimeException | Error e) {
                Scratch.delete(directory);
                throw e;
            }
        }

        private void write(Path directory) {
            try {
                // It would take a config.xml in its working directory for its own.
                Files.createDirectory(directory.resolve("empty"));
                Path file = Files.writeString(directory.resolve("users.xml"), usersXml());
                Files.writeString(
                        directory.resolve("config.xml"),
                        xml("<users_config>" + file + "</users_config>" + String.join("\n", config)));
            } catch (IOException e) {
                throw new UncheckedIOException("could not write into " + directory, e);
            }
        }

        private String usersXml() {
            StringBuilder profiles = new StringBuilder("<default/>");
            StringBuilder quotas = new StringBuilder("<default/>");
            // The engine itself starts as this one.
            StringBuilder entries = new StringBuilder("<default><password/>" + ALL + "</default>");
            users.forEach((name, parts) -> {
                profiles.append(element(name, parts.get(0)));
                quotas.append(element(name, parts.get(1)));
                entries.append(element(
                        name,
                        element("password", password) + ALL + element("profile", name) + element("quota", name)
                                + "<access_management>1</access_management>"));
            });
            return xml(element("profiles", profiles.toString())
                    + element("quotas", quotas.toString())
                    + element("users", entries.toString()));
        }

        private static String element(String name, String content) {
            return "<" + name + ">" + content + "</" + name + ">\n";
        }

        private static String xml(String content) {
            return element("clickhouse", content);
        }
    }
}
