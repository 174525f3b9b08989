package io.github.pavelagarkov.kernel.examples.failover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Shows what happens while it happens: with colours on a terminal, as plain lines elsewhere. */
final class Timeline {
    private static final boolean COLOURS = System.getenv("NO_COLOR") == null && isTerminal();

    /** Asks the system, for System.console() means something else in each JDK. */
    private static boolean isTerminal() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/1")).startsWith("/dev/pts");
        } catch (IOException e) {
            // Not Linux: plain lines are readable everywhere.
            return false;
        }
    }

    private final long start = System.nanoTime();

    void chapter(String title) {
        System.out.println();
        System.out.println(paint("1", title));
    }

    /** Something the director did. */
    void act(String what) {
        line("36", ">", what);
    }

    /** Something a replica did. */
    void seen(String what) {
        line("32", "*", what);
    }

    /** What a replica wrote to its log. */
    void log(String replica, String text) {
        line("2", " ", replica + " | " + text);
    }

    /** Something that must not be. */
    void wrong(String what) {
        line("31", "!", what);
    }

    void text(String text) {
        System.out.println(text);
    }

    private void line(String colour, String sign, String text) {
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.println(paint(colour, String.format(Locale.ROOT, "%7.3f s  %s %s", seconds, sign, text)));
    }

    private static String paint(String colour, String text) {
        return COLOURS ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }
}
