package io.github.pavelagarkov.kernel.cdi;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The class loader of the application that this extension lies in. In an EAR the container calls the extension of a WAR with
 * the class loader of the whole, which sees neither the settings nor the classes of the WAR.
 */
final class Application {
    private Application() {}

    /** {@return what the work yields, done as the application would do it} */
    static <T> T call(Supplier<T> work) {
        Thread self = Thread.currentThread();
        ClassLoader before = self.getContextClassLoader();
        self.setContextClassLoader(loader(before));
        try {
            return work.get();
        } finally {
            self.setContextClassLoader(before);
        }
    }

    /** Does work as the application would do it. */
    static void run(Runnable work) {
        var unused = call(() -> {
            work.run();
            return true;
        });
    }

    /** {@return the thread's own if it sees this very class, for it may see more; otherwise that of this class} */
    private static ClassLoader loader(@Nullable ClassLoader ofThread) {
        Class<?> self = Application.class;
        try {
            return ofThread != null && ofThread.loadClass(self.getName()) == self ? ofThread : self.getClassLoader();
        } catch (ClassNotFoundException e) {
            return self.getClassLoader();
        }
    }
}
