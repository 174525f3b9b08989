package io.github.pavelagarkov.kernel.core.internal.host;

import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the shutdown when the process is told to end, and lets a second signal end it at once.
 *
 * <p>The work is done by a JVM shutdown hook, so that System.exit and the end of main are covered too. The handlers of
 * SIGTERM and SIGINT only remember which signal it was and ask the JVM to exit with 128 + its number, as it would have done
 * by itself. {@code sun.misc.Signal} is used through reflection, for it is not part of the platform.
 */
public final class ProcessSignals implements AutoCloseable {
    private static final Duration NOT_BEFORE = Duration.ofSeconds(1);
    private static final String[] SIGNALS = {"TERM", "INT"};

    private record First(String signal, long nanos) {}

    private final KernelClock clock;
    private final boolean haltOnSecond;
    private final Thread hook;
    private final AtomicReference<@Nullable First> first = new AtomicReference<>();
    private final List<Runnable> restore = new ArrayList<>();
    private final Optional<String> trouble;

    /**
     * Registers hook and handlers.
     *
     * @param clock tells how soon after the first signal a second one comes
     * @param threads makes the hook's thread
     * @param haltOnSecond whether a second signal ends the process
     * @param shutdown runs the hooks and returns when they are through; called with the reason, while the JVM ends
     */
    public ProcessSignals(KernelClock clock, KernelThreads threads, boolean haltOnSecond, Consumer<String> shutdown) {
        this.clock = clock;
        this.haltOnSecond = haltOnSecond;
        this.hook = threads.newThread("kernel-shutdown", () -> {
            First signal = first.get();
            shutdown.accept(signal != null ? signal.signal() : "JVM exit");
        });
        Runtime.getRuntime().addShutdownHook(hook);
        this.trouble = installHandlers();
    }

    /** {@return why signals cannot be handled in this JVM, one sentence; empty if they can} */
    public Optional<String> trouble() {
        return trouble;
    }

    private Optional<String> installHandlers() {
        if (ManagementFactory.getRuntimeMXBean().getInputArguments().contains("-Xrs")) {
            return Optional.of("the JVM runs with -Xrs: SIGTERM kills it without any shutdown; remove -Xrs");
        }
        try {
            for (String signal : SIGNALS) {
                install(signal);
            }
            return Optional.empty();
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            return Optional.of("this JVM lets nobody handle signals (" + e + "): a second SIGTERM will not end a stop");
        }
    }

    private void install(String name) throws ReflectiveOperationException {
        Class<?> signalType = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object signal = signalType.getConstructor(String.class).newInstance(name);
        int number = (int) signalType.getMethod("getNumber").invoke(signal);
        InvocationHandler calls = (self, method, args) -> switch (method.getName()) {
            case "handle" -> {
                received("SIG" + name, number);
                yield null;
            }
            case "equals" -> args != null && self == args[0];
            case "hashCode" -> System.identityHashCode(self);
            default -> "kernel's handler of SIG" + name;
        };
        Object handler =
                Proxy.newProxyInstance(ProcessSignals.class.getClassLoader(), new Class<?>[] {handlerType}, calls);
        Object before = signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
        Runnable back = () -> setHandler(signalType, handlerType, signal, before);
        if (before == handlerType.getField("SIG_IGN").get(null)) {
            // nohup and shell background jobs ignore SIGINT on purpose.
            back.run();
        } else {
            restore.add(back);
        }
    }

    private static void setHandler(Class<?> signalType, Class<?> handlerType, Object signal, @Nullable Object handler) {
        try {
            signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot put the handler of " + signal + " back", e);
        }
    }

    /** Called on a thread of its own for each signal. */
    private void received(String signal, int number) {
        if (first.compareAndSet(null, new First(signal, clock.nanoTime()))) {
            System.exit(128 + number);
            return;
        }
        First before = first.get();
        // Ctrl-C goes to the whole process group and wrappers pass it on: so soon it is not a second one.
        if (haltOnSecond && before != null && clock.nanoTime() - before.nanos() - NOT_BEFORE.toNanos() >= 0) {
            Runtime.getRuntime().halt(128 + number);
        }
    }

    /** Takes hook and handlers back. Does nothing once the JVM has begun to end. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is ending: the hook is running or has run, and the handlers must stay.
            return;
        }
        restore.forEach(Runnable::run);
    }
}
