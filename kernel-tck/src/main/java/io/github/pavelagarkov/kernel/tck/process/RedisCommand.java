package io.github.pavelagarkov.kernel.tck.process;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sends single commands to Redis without a driver, so that a test can look at it and harm it from outside.
 *
 * <p>Each command has a connection of its own, bounded by ten seconds. Thread-safe.
 */
public final class RedisCommand {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final InetSocketAddress server;
    private final Optional<String> password;
    private final Duration atMost;

    private RedisCommand(InetSocketAddress server, Optional<String> password, Duration atMost) {
        this.server = server;
        this.password = password;
        this.atMost = atMost;
    }

    /**
     * Talks to a server without a password.
     *
     * @param port on the loopback address
     * @return sends commands there
     */
    public static RedisCommand at(int port) {
        return new RedisCommand(loopback(port), Optional.empty(), PATIENCE);
    }

    /**
     * Talks to a server with a password.
     *
     * @param port on the loopback address
     * @param password of the default user
     * @return sends commands there
     */
    public static RedisCommand at(int port, String password) {
        return new RedisCommand(loopback(port), Optional.of(password), PATIENCE);
    }

    /**
     * Talks to a server anywhere.
     *
     * @param uri {@code redis://[:password@]host:port}
     * @return sends commands there
     */
    public static RedisCommand at(URI uri) {
        if (!"redis".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("a Redis URI must be redis://[:password@]host:port, was "
                    + uri.getScheme() + "://" + uri.getHost());
        }
        int port = uri.getPort() < 0 ? 6379 : uri.getPort();
        Optional<String> password =
                Optional.ofNullable(uri.getUserInfo()).map(info -> info.substring(info.indexOf(':') + 1));
        return new RedisCommand(new InetSocketAddress(uri.getHost(), port), password, PATIENCE);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    RedisCommand within(Duration shorter) {
        return new RedisCommand(server, password, shorter);
    }

    /**
     * Sends a command that must succeed.
     *
     * @param words the command and its arguments, for instance {@code CLIENT KILL TYPE pubsub}
     * @return the answer
     * @throws IllegalStateException if Redis refuses it
     * @throws UncheckedIOException if Redis cannot be reached, closes the connection, or does not answer
     */
    public RedisReply send(String... words) {
        RedisReply reply = ask(words);
        if (reply.kind() == RedisReply.Kind.ERROR) {
            throw refused(words, reply);
        }
        return reply;
    }

    /**
     * Sends a command that may be refused.
     *
     * @param words the command and its arguments
     * @return the answer, an error as well
     * @throws UncheckedIOException if Redis cannot be reached, closes the connection, or does not answer
     */
    public RedisReply ask(String... words) {
        try (Socket socket = new Socket()) {
            int millis = Math.toIntExact(atMost.toMillis());
            socket.connect(server, millis);
            socket.setSoTimeout(millis);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            if (password.isPresent()) {
                RedisReply login = exchange(socket, in, "AUTH", password.get());
                if (login.kind() == RedisReply.Kind.ERROR) {
                    throw refused(new String[] {"AUTH"}, login);
                }
            }
            return exchange(socket, in, words);
        } catch (IOException e) {
            throw new UncheckedIOException("redis at " + server + " did not answer " + words[0], e);
        }
    }

    /** Names the command without its arguments: one of them may be a password. */
    private static IllegalStateException refused(String[] words, RedisReply reply) {
        return new IllegalStateException("redis refused " + words[0] + ": " + reply.text());
    }

    private static RedisReply exchange(Socket socket, InputStream in, String... words) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        line(out, "*" + words.length);
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            line(out, "$" + bytes.length);
            out.write(bytes);
            line(out, "");
        }
        socket.getOutputStream().write(out.toByteArray());
        return read(in);
    }

    private static void line(ByteArrayOutputStream out, String text) {
        out.writeBytes((text + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private static RedisReply read(InputStream in) throws IOException {
        String line = readLine(in);
        if (line.isEmpty()) {
            throw new IOException("an empty line is no answer of Redis");
        }
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> RedisReply.of(RedisReply.Kind.TEXT, rest);
            case '-' -> RedisReply.of(RedisReply.Kind.ERROR, rest);
            case ':' -> RedisReply.of(RedisReply.Kind.NUMBER, rest);
            case '$' -> bulk(in, Integer.parseInt(rest));
            case '*' -> list(in, Integer.parseInt(rest));
            default -> throw new IOException("no answer of Redis begins with '" + line.charAt(0) + "'");
        };
    }

    private static RedisReply bulk(InputStream in, int length) throws IOException {
        if (length < 0) {
            return RedisReply.of(RedisReply.Kind.NOTHING, "");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection was closed inside an answer");
        }
        readLine(in);
        return RedisReply.of(RedisReply.Kind.TEXT, new String(bytes, StandardCharsets.UTF_8));
    }

    private static RedisReply list(InputStream in, int length) throws IOException {
        if (length < 0) {
            return RedisReply.of(RedisReply.Kind.NOTHING, "");
        }
        List<RedisReply> items = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            items.add(read(in));
        }
        return new RedisReply(RedisReply.Kind.LIST, "", items);
    }

    private static String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection was closed before an answer");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
