package io.github.pavelagarkov.kernel.core.internal.concurrent;

import java.util.Arrays;
import java.util.List;

/** Shows where a thread is. */
public final class Stacks {
    private static final int FRAMES = 12;

    private Stacks() {}

    /**
     * {@return the top of a thread's stack, innermost first; empty if it has ended}
     *
     * @param thread the thread
     */
    public static List<String> top(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .toList();
    }
}
