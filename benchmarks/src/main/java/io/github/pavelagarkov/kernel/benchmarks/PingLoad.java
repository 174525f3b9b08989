package io.github.pavelagarkov.kernel.benchmarks;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * As many requests as a server answers, over a few connections that are kept. Written on sockets, for the JDK's client would
 * need more CPU than the server that is measured. Not thread-safe.
 */
final class PingLoad implements AutoCloseable {
    private static final byte[] REQUEST =
            "GET /ping HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String END = "pong";

    private final List<Socket> sockets = new ArrayList<>();
    private final ExecutorService senders;
    private final int answerLength;

    PingLoad(int port, int connections) throws IOException {
        senders = Executors.newFixedThreadPool(connections);
        for (int i = 0; i < connections; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            sockets.add(socket);
        }
        answerLength = answerLength(sockets.get(0));
    }

    /** Each answer is as long as the first: its only header that changes is the date. */
    private static int answerLength(Socket socket) throws IOException {
        socket.getOutputStream().write(REQUEST);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith(END)) {
            answer.append((char) in.readUnsignedByte());
        }
        if (!answer.toString().startsWith("HTTP/1.1 200 ")) {
            throw new IOException("ping answered " + answer);
        }
        return answer.length();
    }

    /** {@return how many requests were answered in so many nanoseconds} */
    long run(long nanos) throws InterruptedException, ExecutionException {
        long until = System.nanoTime() + nanos;
        List<Future<Long>> counts = new ArrayList<>();
        for (Socket socket : sockets) {
            counts.add(senders.submit(() -> run(socket, until)));
        }
        long sum = 0;
        for (Future<Long> count : counts) {
            sum += count.get();
        }
        return sum;
    }

    private long run(Socket socket, long until) throws IOException {
        OutputStream out = socket.getOutputStream();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] answer = new byte[answerLength];
        long count = 0;
        while (System.nanoTime() - until < 0) {
            out.write(REQUEST);
            in.readFully(answer);
            count++;
        }
        if (!new String(answer, StandardCharsets.US_ASCII).endsWith(END)) {
            throw new IOException("an answer of another length came in between");
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        senders.shutdownNow();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
