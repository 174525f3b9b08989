package io.github.pavelagarkov.kernel.examples.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The resource that leaders write to, out of reach of all faults. Refuses a token smaller than the greatest it has seen and
 * remembers who wrote what.
 *
 * <p>A client sends lines {@code <identity> <token>} and reads {@code accepted} or {@code refused}. Thread-safe.
 */
final class FencedResource implements AutoCloseable {
    /**
     * What somebody tried.
     *
     * @param identity who
     * @param token with which
     * @param nanos when it arrived
     * @param accepted whether it was accepted
     */
    record Write(String identity, long token, long nanos, boolean accepted) {}

    private final ServerSocket listener;
    private final Object lock = new Object();
    /** INVARIANT: guarded by lock, as the two below; in the order in which they were decided. */
    private final List<Write> writes = new ArrayList<>();

    private final List<Socket> sockets = new ArrayList<>();
    private long seen;

    private FencedResource(ServerSocket listener) {
        this.listener = listener;
    }

    static FencedResource open() {
        try {
            FencedResource resource = new FencedResource(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
            daemon("fenced-resource", resource::accept);
            return resource;
        } catch (IOException e) {
            throw new UncheckedIOException("no free port for the fenced resource", e);
        }
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    List<Write> writes() {
        synchronized (lock) {
            return List.copyOf(writes);
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listener.accept();
                synchronized (lock) {
                    sockets.add(socket);
                }
                daemon("fenced-resource-client", () -> serve(socket));
            } catch (IOException e) {
                // Closed: there is nobody left to serve.
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            socket.setTcpNoDelay(true);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int blank = line.indexOf(' ');
                boolean accepted = write(line.substring(0, blank), Long.parseLong(line.substring(blank + 1)));
                socket.getOutputStream()
                        .write((accepted ? "accepted\n" : "refused\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // A replica that was killed: what it wrote has been decided.
            return;
        } finally {
            synchronized (lock) {
                sockets.remove(socket);
            }
        }
    }

    boolean write(String identity, long token) {
        synchronized (lock) {
            boolean accepted = token >= seen;
            seen = Math.max(seen, token);
            writes.add(new Write(identity, token, System.nanoTime(), accepted));
            return accepted;
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            synchronized (lock) {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        } catch (IOException e) {
            // The process is about to end, and the system closes what is left.
            return;
        }
    }
}
