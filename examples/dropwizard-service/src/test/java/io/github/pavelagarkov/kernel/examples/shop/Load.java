package io.github.pavelagarkov.kernel.examples.shop;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Sends requests over connections that are kept open, a fixed number at a time, and counts every answer that is not the right
 * one. Each sender places an order and reads it. The JDK's client never sends a POST twice by itself, so a lost one is seen.
 */
final class Load implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Between two requests of one sender: the load is to be there, not to exhaust a small machine. */
    private static final Duration PAUSE = Duration.ofMillis(2);

    private static final String ORDER = "{\"customer\": \"load\", \"cents\": 1}";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final HttpRequest post;
    private final URI base;
    private final BooleanSupplier wanted;
    private final List<Thread> senders = new ArrayList<>();
    private final LongAdder placed = new LongAdder();
    private final LongAdder read = new LongAdder();
    /** INVARIANT: guarded by itself. */
    private final Map<String, Integer> failures = new TreeMap<>();

    private volatile boolean over;

    /** What came of it: {@code failures} says how often each happened. */
    record Tally(long placed, long read, Map<String, Integer> failures) {
        long failed() {
            return failures.values().stream().mapToLong(Integer::longValue).sum();
        }

        @Override
        public String toString() {
            return (placed + read + failed()) + " requests, " + failed() + " failed " + failures;
        }
    }

    /**
     * Begins to send.
     *
     * @param base where to
     * @param inFlight how many requests at a time
     * @param wanted asked before each request; one that is not wanted is not sent
     */
    Load(URI base, int inFlight, BooleanSupplier wanted) {
        this.base = base;
        this.wanted = wanted;
        post = HttpRequest.newBuilder(base.resolve("/orders"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(ORDER))
                .build();
        for (int i = 0; i < inFlight; i++) {
            Thread sender = new Thread(this::send, "load-" + i);
            sender.setDaemon(true);
            senders.add(sender);
        }
        senders.forEach(Thread::start);
    }

    private void send() {
        try {
            KernelClock clock = KernelClock.system();
            while (!over) {
                if (wanted.getAsBoolean()) {
                    Optional<String> order = send(post, 201, placed);
                    if (order.isPresent() && wanted.getAsBoolean()) {
                        var unused = send(read(order.get()), 200, read);
                    }
                }
                clock.park(clock.nanoTime() + PAUSE.toNanos());
            }
        } catch (InterruptedException e) {
            failed("interrupted");
        }
    }

    private HttpRequest read(String location) {
        return HttpRequest.newBuilder(base.resolve(URI.create(location).getPath()))
                .timeout(PATIENCE)
                .build();
    }

    /** {@return where the answer points to} */
    private Optional<String> send(HttpRequest request, int right, LongAdder counter) throws InterruptedException {
        try {
            HttpResponse<Void> answer = client.send(request, BodyHandlers.discarding());
            if (answer.statusCode() == right) {
                counter.increment();
                return answer.headers().firstValue("Location");
            }
            failed(request.method() + " answered with " + answer.statusCode());
        } catch (IOException e) {
            failed(request.method() + ": " + e);
        }
        return Optional.empty();
    }

    private void failed(String how) {
        synchronized (failures) {
            failures.merge(how, 1, Integer::sum);
        }
    }

    /** {@return how many requests were answered rightly so far} */
    long answered() {
        return placed.sum() + read.sum();
    }

    /** {@return what came of all requests, once the last is answered} */
    Tally stop() throws InterruptedException {
        over = true;
        for (Thread sender : senders) {
            sender.join(PATIENCE.toMillis() * 2);
        }
        synchronized (failures) {
            return new Tally(placed.sum(), read.sum(), new TreeMap<>(failures));
        }
    }

    @Override
    public void close() {
        over = true;
    }
}
