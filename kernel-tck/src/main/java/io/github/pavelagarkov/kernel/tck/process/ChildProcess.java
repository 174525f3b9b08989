package io.github.pavelagarkov.kernel.tck.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A process started here, with its output; killed with this JVM at the latest. Thread-safe. */
final class ChildProcess implements AutoCloseable {
    private static final int TAIL = 50;
    private static final Duration SIGNAL_PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final Process process;
    private final Thread reader;
    private final Thread reaper;
    /** INVARIANT: guarded by lock. */
    private final List<OutputLine> lines = new ArrayList<>();

    private final Object lock = new Object();

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.reader = new Thread(this::read, "output-of-" + name);
        this.reaper = new Thread(process::destroyForcibly, "reaper-of-" + name);
    }

    /**
     * Starts a process.
     *
     * @param name for messages
     * @param builder the command, its environment and its directory
     * @param input what it reads from its standard input, which is then closed
     */
    static ChildProcess start(String name, ProcessBuilder builder, String input) {
        ChildProcess child = startListening(name, builder);
        child.write(input);
        return child;
    }

    /**
     * Starts a process whose standard input stays open, and ends with this JVM at the latest.
     *
     * @param name for messages
     * @param builder the command, its environment and its directory
     */
    static ChildProcess startListening(String name, ProcessBuilder builder) {
        try {
            Process process = builder.redirectErrorStream(true).start();
            ChildProcess child = new ChildProcess(name, process);
            Runtime.getRuntime().addShutdownHook(child.reaper);
            child.reader.setDaemon(true);
            child.reader.start();
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + name, e);
        }
    }

    private void write(String input) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It has ended before it read anything; whoever waits for it says so and shows its output.
            return;
        }
    }

    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String text = out.readLine(); text != null; text = out.readLine()) {
                synchronized (lock) {
                    lines.add(new OutputLine(lines.size() + 1L, text));
                }
            }
        } catch (IOException e) {
            // The pipe of a killed process may break instead of end: there is no more to read either way.
            return;
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    List<OutputLine> lines() {
        synchronized (lock) {
            return List.copyOf(lines);
        }
    }

    List<OutputLine> linesAfter(long sequence) {
        synchronized (lock) {
            return sequence >= lines.size() ? List.of() : List.copyOf(lines.subList((int) sequence, lines.size()));
        }
    }

    /** {@return the first line after a sequence number that matches, once there is one} */
    OutputLine awaitLine(long after, Predicate<String> wanted, String what, Duration atMost) {
        Optional<OutputLine> found = find(after, wanted);
        if (found.isEmpty()) {
            Patience.until(() -> find(after, wanted).isPresent() || hasNoMoreOutput(), atMost);
            found = find(after, wanted);
        }
        return found.orElseThrow(() -> new AssertionError(name
                + (isAlive() ? " did not write " + what + " within " + atMost : ended() + " without " + what)
                + tail()));
    }

    private Optional<OutputLine> find(long after, Predicate<String> wanted) {
        synchronized (lock) {
            return lines.stream()
                    .skip(after)
                    .filter(line -> wanted.test(line.text()))
                    .findFirst();
        }
    }

    private boolean hasNoMoreOutput() {
        return !process.isAlive() && !reader.isAlive();
    }

    /** {@return the exit code, once the process has ended and its output has been read} */
    int awaitExit(Duration atMost) {
        if (!Patience.until(() -> !process.isAlive(), atMost)) {
            throw new AssertionError(name + " did not end within " + atMost + tail());
        }
        // Bounded: a grandchild that inherited the pipe may hold it open for ever.
        Patience.until(() -> !reader.isAlive(), SIGNAL_PATIENCE);
        return process.exitValue();
    }

    /** Sends a signal; after STOP it waits until the process stands still. Nothing happens to a process that has ended. */
    void signal(String signal) {
        if (!process.isAlive()) {
            return;
        }
        send(signal, pid());
        if (signal.equals("STOP")) {
            awaitStopped(process.toHandle());
        }
    }

    private void awaitStopped(ProcessHandle stopped) {
        if (!Patience.until(() -> !stopped.isAlive() || hasStopped(stopped.pid()), SIGNAL_PATIENCE)) {
            throw new IllegalStateException(name + " still ran " + SIGNAL_PATIENCE + " after STOP");
        }
    }

    /**
     * Sends STOP, CONT or KILL to the process and to all that it has started. The process itself stands still while they are
     * counted, so that it starts no more.
     */
    void signalFamily(String signal) {
        signal("STOP");
        List<ProcessHandle> members = process.descendants().toList();
        members.forEach(member -> send(signal, member.pid()));
        if (signal.equals("STOP")) {
            members.forEach(this::awaitStopped);
        } else {
            signal(signal);
        }
    }

    private void send(String signal, long to) {
        try {
            Process kill = new ProcessBuilder("kill", "-s", signal, Long.toString(to))
                    .redirectErrorStream(true)
                    .start();
            String said;
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(kill.getInputStream(), StandardCharsets.UTF_8))) {
                said = out.lines().collect(Collectors.joining("; "));
            }
            boolean sent = Patience.until(() -> !kill.isAlive(), SIGNAL_PATIENCE) && kill.exitValue() == 0;
            if (!sent && ProcessHandle.of(to).map(ProcessHandle::isAlive).orElse(false)) {
                throw new IllegalStateException("could not send " + signal + " to " + name + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not send " + signal + " to " + name, e);
        }
    }

    /** The kernel stops the threads of a process one by one, so "sent" is not "stopped". */
    private static boolean hasStopped(long pid) {
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        if (!Files.isDirectory(tasks)) {
            return true;
        }
        try (var threads = Files.list(tasks)) {
            return threads.allMatch(ChildProcess::isStopped);
        } catch (IOException | UncheckedIOException e) {
            // A thread ended while it was looked at: look again.
            return false;
        }
    }

    private static boolean isStopped(Path task) {
        try {
            String stat = Files.readString(task.resolve("stat"), StandardCharsets.ISO_8859_1);
            // The state follows the command's name, which is in brackets and may hold brackets itself.
            // One that has ended stays a zombie until its parent takes notice, which a frozen parent does not.
            return "TZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return how the process is and the last lines of its output, for a failure's message} */
    String tail() {
        List<OutputLine> all = lines();
        return "; the last " + Math.min(TAIL, all.size()) + " of its " + all.size() + " lines:\n"
                + all.stream()
                        .skip(Math.max(0, all.size() - TAIL))
                        .map(line -> "  " + line.sequence() + "  " + line.text())
                        .collect(Collectors.joining("\n"));
    }

    String ended() {
        return " ended with exit code " + process.exitValue();
    }

    /** Kills the process, if it still is there, and waits for its end. */
    @Override
    public void close() {
        // Not for one that has ended: it would close the pipe before the last lines have been read.
        if (process.isAlive()) {
            process.destroyForcibly();
        }
        awaitExit(SIGNAL_PATIENCE);
        try {
            Runtime.getRuntime().removeShutdownHook(reaper);
        } catch (IllegalStateException e) {
            // This JVM is going down and the hook runs by itself: it has nothing left to kill.
            return;
        }
    }
}
