package io.github.pavelagarkov.kernel.examples.shop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gives each new connection to the next replica that is ready, and passes on its bytes until either side ends it: what a
 * Service of Kubernetes does. It knows nothing of HTTP and repeats nothing, so a connection that a client keeps open stays
 * with its replica until that replica says otherwise.
 */
final class Balancer implements AutoCloseable {
    private final ServerSocket server;
    private final List<Target> targets = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    private record Target(Replica replica, ReadinessProbe probe) {}

    Balancer() {
        try {
            server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("no port for the balancer", e);
        }
        start("balancer", this::accept);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    void add(Replica replica) {
        targets.add(new Target(replica, new ReadinessProbe(replica.at("/health-check"))));
    }

    void remove(Replica replica) {
        targets.removeIf(target -> {
            boolean found = target.replica().equals(replica);
            if (found) {
                target.probe().close();
            }
            return found;
        });
    }

    long ready() {
        return targets.stream().filter(target -> target.probe().isReady()).count();
    }

    private Optional<Replica> next() {
        List<Target> ready =
                targets.stream().filter(target -> target.probe().isReady()).toList();
        return ready.isEmpty()
                ? Optional.empty()
                : Optional.of(ready.get(Math.floorMod(turn.getAndIncrement(), ready.size()))
                        .replica());
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                start("balancer-connection", () -> join(client));
            } catch (IOException e) {
                // Closed: the test is over.
                return;
            }
        }
    }

    /** A client for whom there is no replica sees its connection end, and counts that. */
    private void join(Socket client) {
        try (client) {
            Optional<Replica> replica = next();
            if (replica.isEmpty()) {
                return;
            }
            try (Socket upstream =
                    new Socket(InetAddress.getLoopbackAddress(), replica.get().port())) {
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                Thread up = start("balancer-up", () -> pass(client, upstream));
                pass(upstream, client);
                // What the replica has ended gets no more requests.
                client.close();
                up.join();
            }
        } catch (IOException e) {
            // Refused or reset: the client sees that its connection ends.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            to.shutdownOutput();
        } catch (IOException e) {
            // One side is gone; the other end of this pair closes both.
            return;
        }
    }

    private static Thread start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() {
        targets.forEach(target -> target.probe().close());
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("could not close the balancer", e);
        }
    }
}
