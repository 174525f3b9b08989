package io.github.pavelagarkov.kernel.core.internal.job;

/** Names threads in reports. */
final class ThreadNames {
    private ThreadNames() {}

    /** {@return the name, or the number where there is none: virtual threads are not named, because that costs time} */
    @SuppressWarnings("deprecation") // threadId() is newer than 17
    static String of(Thread thread) {
        String name = thread.getName();
        return name.isEmpty() ? "virtual-" + thread.getId() : name;
    }
}
