package io.github.pavelagarkov.kernel.tck.process;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Runs a class with a main method in a JVM of its own, with the class path of this one or another, or a jar that is a
 * program.
 *
 * <p>The messages of its failures carry the child's last 50 lines.
 *
 * <p>Thread-safe.
 */
public final class JavaProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ChildProcess child;

    private JavaProcess(ChildProcess child) {
        this.child = child;
    }

    /**
     * Begins the description of a child JVM.
     *
     * @param main a class with a main method
     * @return a builder
     */
    public static Builder of(Class<?> main) {
        return new Builder(
                main.getSimpleName(), entries(System.getProperty("java.class.path")), List.of(main.getName()));
    }

    /**
     * Begins the description of a child JVM that runs a class of another class path: a server, for instance.
     *
     * @param classPath of the child
     * @param main name of a class with a main method
     * @return a builder
     */
    public static Builder ofMain(String classPath, String main) {
        return new Builder(main.substring(main.lastIndexOf('.') + 1), entries(classPath), List.of(main));
    }

    private static List<String> entries(String classPath) {
        return List.of(classPath.split(Pattern.quote(File.pathSeparator), -1));
    }

    /**
     * Begins the description of a child JVM that runs a program of its own: a server, for instance.
     *
     * @param jar names its main class
     * @return a builder
     */
    public static Builder ofJar(Path jar) {
        return new Builder(jar.getFileName().toString(), List.of(), List.of("-jar", jar.toString()));
    }

    /** {@return the process id} */
    public long pid() {
        return child.pid();
    }

    /** {@return whether the process has not ended; a stopped one is alive} */
    public boolean isAlive() {
        return child.isAlive();
    }

    /** {@return what it has written so far, standard output and error in the order in which they were received} */
    public List<OutputLine> lines() {
        return child.lines();
    }

    /**
     * Reads on from a line.
     *
     * @param sequence of the last line that is known; 0 for none
     * @return what it has written since, in the order in which it was received
     */
    public List<OutputLine> linesAfter(long sequence) {
        return child.linesAfter(sequence);
    }

    /**
     * Waits for a line.
     *
     * @param regex found anywhere in the line
     * @param atMost how long, in real time
     * @return the first such line of all that the process has written
     * @throws AssertionError if there is none in time, or the process ended without it
     */
    public OutputLine awaitLine(String regex, Duration atMost) {
        return awaitLineAfter(0, regex, atMost);
    }

    /**
     * Waits for a line.
     *
     * @param wanted which line
     * @param atMost how long, in real time
     * @return the first such line of all that the process has written
     * @throws AssertionError if there is none in time, or the process ended without it
     */
    public OutputLine awaitLine(Predicate<String> wanted, Duration atMost) {
        return child.awaitLine(0, wanted, "the line that was waited for", atMost);
    }

    /**
     * Waits for a line that was written later than another.
     *
     * @param sequence of the other line
     * @param regex found anywhere in the line
     * @param atMost how long, in real time
     * @return the first such line
     * @throws AssertionError if there is none in time, or the process ended without it
     */
    public OutputLine awaitLineAfter(long sequence, String regex, Duration atMost) {
        return child.awaitLine(sequence, Pattern.compile(regex).asPredicate(), "a line with '" + regex + "'", atMost);
    }

    /**
     * Sends a signal. It returns when the signal is sent, after {@code STOP} when the process stands still.
     *
     * @param signal a name that {@code kill -s} knows: TERM, KILL, STOP, CONT, INT, …
     * @throws IllegalStateException if it cannot be sent
     */
    public void signal(String signal) {
        child.signal(signal);
    }

    /** Ends the process at once, as a crash does, and waits until it is gone. Nothing happens to one that has ended. */
    public void kill() {
        child.signal("KILL");
        child.awaitExit(PATIENCE);
    }

    /** Freezes the process as {@code SIGSTOP} does, and waits until every thread of it stands still. */
    public void pause() {
        child.signal("STOP");
    }

    /** Lets a frozen process go on. */
    public void resume() {
        child.signal("CONT");
    }

    /**
     * Ends the process in good order, as a platform does: its shutdown hooks run. A frozen one goes on to hear of it.
     *
     * @param atMost how long, in real time, until it must have ended
     * @return the exit code; 143 unless the process chose another
     * @throws AssertionError if the process has not ended in time
     */
    public int stop(Duration atMost) {
        child.signal("CONT");
        child.signal("TERM");
        return awaitExit(atMost);
    }

    /**
     * Waits for the end.
     *
     * @param atMost how long, in real time
     * @return the exit code; 128 + n after signal n
     * @throws AssertionError if the process has not ended in time
     */
    public int awaitExit(Duration atMost) {
        return child.awaitExit(atMost);
    }

    /** Kills the process, if it still is there. Idempotent. */
    @Override
    public void close() {
        child.close();
    }

    /** Describes a child JVM. Not thread-safe. */
    public static final class Builder {
        private final String name;
        /** Empty for a jar, which brings its own. */
        private final List<String> classPath;

        private final List<String> program;
        private final List<String> jvmArgs = new ArrayList<>();
        private final List<String> args = new ArrayList<>();
        private final Map<String, String> env = new HashMap<>();

        private Builder(String name, List<String> classPath, List<String> program) {
            this.name = name;
            this.classPath = new ArrayList<>(classPath);
            this.program = program;
        }

        /**
         * Adds arguments of the JVM.
         *
         * @param more such as {@code -Xmx64m}
         * @return this builder
         */
        public Builder jvmArgs(String... more) {
            jvmArgs.addAll(List.of(more));
            return this;
        }

        /**
         * Takes libraries off the class path, to see what a program does where they are missing.
         *
         * @param jars how the names of their files begin, such as {@code opentelemetry-}
         * @return this builder
         * @throws IllegalArgumentException if there is none that begins so: its absence would show nothing
         */
        public Builder without(String... jars) {
            for (String jar : jars) {
                if (!classPath.removeIf(entry -> new File(entry).getName().startsWith(jar))) {
                    throw new IllegalArgumentException(
                            "no library begins with '" + jar + "' on the class path of " + name);
                }
            }
            return this;
        }

        /**
         * Adds a folder or an archive to the end of the class path.
         *
         * @param entry the folder or archive
         * @return this builder
         * @throws IllegalStateException if the program is a jar, which has its own class path
         */
        public Builder classPath(Path entry) {
            if (classPath.isEmpty()) {
                throw new IllegalStateException(name + " is a jar, which has its own class path");
            }
            classPath.add(entry.toString());
            return this;
        }

        /**
         * Sets a system property.
         *
         * @param key its name
         * @param value its value
         * @return this builder
         */
        public Builder systemProperty(String key, String value) {
            return jvmArgs("-D" + key + "=" + value);
        }

        /**
         * Adds arguments of the main method.
         *
         * @param more the arguments
         * @return this builder
         */
        public Builder args(String... more) {
            args.addAll(List.of(more));
            return this;
        }

        /**
         * Sets an environment variable; the others are those of this JVM.
         *
         * @param name its name
         * @param value its value
         * @return this builder
         */
        public Builder env(String name, String value) {
            env.put(name, value);
            return this;
        }

        /** {@return the process, started} */
        public JavaProcess start() {
            List<String> command = new ArrayList<>(InterruptSignal.prefix());
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(jvmArgs);
            if (!classPath.isEmpty()) {
                command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
            }
            command.addAll(program);
            command.addAll(args);
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(env);
            return new JavaProcess(ChildProcess.start(name, builder, ""));
        }
    }
}
