package io.github.pavelagarkov.kernel.dropwizard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Sends what no well-behaved client would. One connection, opened again whenever the server has closed it. */
final class RawHttp implements AutoCloseable {
    private final int port;
    private @Nullable Socket socket;

    RawHttp(int port) {
        this.port = port;
    }

    record Answer(int status, List<String> headers, String body) {
        String header(String name) {
            String begins = name.toLowerCase(Locale.ROOT) + ": ";
            return headers.stream()
                    .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(begins))
                    .map(header -> header.substring(begins.length()))
                    .findFirst()
                    .orElse("");
        }
    }

    /**
     * {@return the answer}
     *
     * @param headers as they are, each with its end of line
     */
    Answer get(String path, byte[] headers) throws IOException {
        Socket open = socket;
        if (open == null || open.isClosed()) {
            open = new Socket(InetAddress.getLoopbackAddress(), port);
            open.setSoTimeout(20_000);
            socket = open;
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n").getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(headers);
        request.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        Answer answer;
        try {
            open.getOutputStream().write(request.toByteArray());
            answer = read(open.getInputStream());
        } catch (IOException e) {
            open.close();
            throw e;
        }
        if (answer.header("Connection").equalsIgnoreCase("close")) {
            open.close();
        }
        return answer;
    }

    private static Answer read(InputStream in) throws IOException {
        String status = line(in);
        List<String> headers = new ArrayList<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            headers.add(line);
        }
        Answer head = new Answer(Integer.parseInt(status.split(" ", 3)[1]), headers, "");
        String length = head.header("Content-Length");
        byte[] body = in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length));
        return new Answer(head.status(), headers, new String(body, StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the server has closed the connection");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
    }
}
