package io.github.pavelagarkov.kernel.tck.process;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.concurrent.CountDownLatch;

/** A child that writes what it was given and then exits, waits or counts. */
final class TalkativeMain {
    private TalkativeMain() {}

    public static void main(String[] args) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook ran")));
        System.out.println("property " + System.getProperty("test.key"));
        System.out.println("environment " + System.getenv("TEST_KEY"));
        System.out.println("nanos " + System.nanoTime());
        System.err.println("to standard error");
        switch (args[0]) {
            case "exit" -> System.exit(Integer.parseInt(args[1]));
            case "count" -> count();
            default -> {
                System.out.println("ready");
                new CountDownLatch(1).await();
            }
        }
    }

    private static void count() throws InterruptedException {
        KernelClock clock = KernelClock.system();
        for (long i = 1; ; i++) {
            System.out.println("count " + i);
            clock.park(clock.nanoTime() + 1_000_000);
        }
    }

    static long lastCount(JavaProcess child) {
        String last = child.lines().get(child.lines().size() - 1).text();
        return Long.parseLong(last.substring("count ".length()));
    }
}
