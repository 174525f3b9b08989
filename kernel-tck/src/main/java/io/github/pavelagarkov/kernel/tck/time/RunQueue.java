package io.github.pavelagarkov.kernel.tck.time;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows which threads the operating system wants to run.
 *
 * <p>A thread that another one released goes on to show as waiting in Java until a processor is free for it, on a busy
 * machine for many milliseconds; the operating system calls it runnable at once. Without {@code /proc}, that is outside
 * Linux, nothing is known and every thread counts as not runnable.
 *
 * <p>Thread-safe.
 */
final class RunQueue {
    private static final Path SELF = Path.of("/proc/thread-self");
    private static final Path UNKNOWN = Path.of("/proc/unknown");
    private static final boolean EXISTS = Files.isSymbolicLink(SELF);

    private final Map<Thread, Path> stats = new ConcurrentHashMap<>();

    /** Gets to know the calling thread: only a thread itself can find out its number. */
    void enter() {
        if (EXISTS && !stats.containsKey(Thread.currentThread())) {
            stats.put(Thread.currentThread(), stat());
        }
    }

    private static Path stat() {
        try {
            return Path.of("/proc").resolve(Files.readSymbolicLink(SELF)).resolve("stat");
        } catch (IOException e) {
            // Nothing will ever be known about this thread.
            return UNKNOWN;
        }
    }

    /** Forgets a thread that ends. */
    void leave(Thread thread) {
        stats.remove(thread);
    }

    /** {@return whether a thread runs or waits for a processor; true for one that is yet to enter} */
    boolean contains(Thread thread) {
        Path stat = stats.get(thread);
        if (stat == null) {
            // On its way to enter, where it may have to wait for another thread that enters.
            return EXISTS;
        }
        try {
            String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
            // The state follows the thread's name, which is in brackets and may hold brackets itself.
            char state = text.charAt(text.lastIndexOf(')') + 2);
            // D: it was released and fetches a page of memory on its way.
            return state == 'R' || state == 'D';
        } catch (IOException e) {
            // It has ended.
            return false;
        }
    }
}
