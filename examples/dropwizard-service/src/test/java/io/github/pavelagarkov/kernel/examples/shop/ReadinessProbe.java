package io.github.pavelagarkov.kernel.examples.shop;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Asks a replica every 50 ms whether it wants traffic, as a load balancer does. {@code -Dshop.probe-millis=5000} for one that
 * takes longer to notice than the drain delay lasts, to see requests fail.
 */
final class ReadinessProbe implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofMillis(Long.getLong("shop.probe-millis", 50));
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final HttpRequest question;
    private final Thread thread;
    private volatile boolean ready;

    ReadinessProbe(URI healthCheck) {
        question = HttpRequest.newBuilder(healthCheck).timeout(PATIENCE).build();
        thread = new Thread(this::run, "probe-of-" + healthCheck);
        thread.setDaemon(true);
        thread.start();
    }

    boolean isReady() {
        return ready;
    }

    private void run() {
        try {
            KernelClock clock = KernelClock.system();
            while (true) {
                ready = asks();
                clock.park(clock.nanoTime() + PERIOD.toNanos());
            }
        } catch (InterruptedException e) {
            // The test is over.
            ready = false;
        }
    }

    private boolean asks() throws InterruptedException {
        try {
            return client.send(question, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            // Not there, or gone.
            return false;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
