package io.github.pavelagarkov.kernel.tck.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pavelagarkov.kernel.tck.fault.TcpProxy.Direction;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpProxyTest {
    private static final int SILENCE_MILLIS = 150;
    private static final int PATIENCE_MILLIS = 20_000;

    private final EchoServer server = new EchoServer();
    private final TcpProxy proxy = TcpProxy.to("127.0.0.1", server.port());

    @AfterEach
    void close() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void passesOnAndCounts() throws IOException {
        try (Client client = new Client(proxy)) {
            client.send("hello");

            assertThat(client.read(5)).isEqualTo("hello");
            assertThat(proxy.connections()).isEqualTo(1);
            assertThat(proxy.open()).isEqualTo(1);
            assertThat(counted(Direction.REQUEST, 5)).isEqualTo(5);
            assertThat(counted(Direction.REPLY, 5)).isEqualTo(5);
        }
    }

    /** {@return what is counted, given a moment: bytes are counted once they are written, and may have been read by then} */
    private long counted(Direction direction, long expected) {
        long giveUp = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
        while (proxy.bytes(direction) != expected && System.nanoTime() - giveUp < 0) {
            Thread.onSpinWait();
        }
        return proxy.bytes(direction);
    }

    @Test
    void passesOnMoreThanAnyBufferHolds() throws Exception {
        int megabytes = 20;
        byte[] block = new byte[1 << 20];
        try (Client client = new Client(proxy)) {
            Thread reader = new Thread(() -> client.discard((long) megabytes << 20));
            reader.start();
            for (int i = 0; i < megabytes; i++) {
                client.socket.getOutputStream().write(block);
            }
            reader.join(PATIENCE_MILLIS);

            assertThat(client.discarded).hasValue((long) megabytes << 20);
        }
    }

    @Test
    void passesOnTheEndOfAStream() throws IOException {
        try (Client client = new Client(proxy)) {
            client.send("bye");
            client.socket.shutdownOutput();

            assertThat(client.read(3)).isEqualTo("bye");
            assertThat(client.socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void refusesNewConnectionsOnTheSamePortAndLetsOldOnesGoOn() throws IOException {
        try (Client old = new Client(proxy)) {
            old.echo("before");

            proxy.refuse();

            assertThatThrownBy(() -> new Client(proxy)).isInstanceOf(ConnectException.class);
            old.echo("still here");
            proxy.pass();
            try (Client next = new Client(proxy)) {
                next.echo("back");
            }
        }
    }

    @Test
    void swallowsEverythingInABlackHoleAndResetsOnceItIsOver() throws IOException {
        try (Client old = new Client(proxy)) {
            old.echo("before");

            proxy.blackHole();
            old.send("lost");
            try (Client next = new Client(proxy)) {
                next.send("lost as well");
                next.expectSilence();
                old.expectSilence();
                proxy.pass();

                old.expectReset();
                next.expectReset();
            }
            assertThat(server.received()).isEqualTo("before");
        }
    }

    @Test
    void aConnectionThatLostNothingInABlackHoleGoesOn() throws IOException {
        try (Client client = new Client(proxy)) {
            client.echo("before");

            proxy.blackHole();
            proxy.pass();

            client.echo("after");
        }
    }

    @Test
    void dropsRepliesOfRequestsThatAreServed() throws Exception {
        try (Client client = new Client(proxy)) {
            proxy.dropReplies();
            client.send("done");

            server.awaitReceived("done");
            client.expectSilence();
            proxy.pass();
            client.expectReset();
        }
    }

    @Test
    void deliversLateWhatWasStalled() throws Exception {
        try (Client client = new Client(proxy)) {
            client.echo("a");

            proxy.stall();
            client.send("b");
            client.expectSilence();
            assertThat(server.received()).isEqualTo("a");
            proxy.pass();

            assertThat(client.read(1)).isEqualTo("b");
        }
    }

    @Test
    void stallsOneWayAlone() throws Exception {
        try (Client client = new Client(proxy)) {
            proxy.stall(Direction.REPLY);
            client.send("b");

            server.awaitReceived("b");
            client.expectSilence();
            proxy.pass();
            assertThat(client.read(1)).isEqualTo("b");
        }
    }

    @Test
    void delaysEachDirectionWithoutSlowingTheRate() throws IOException {
        try (Client client = new Client(proxy)) {
            client.echo("warm");
            proxy.delay(Direction.REPLY, Duration.ofMillis(200));
            long start = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                client.send("x");
            }

            assertThat(client.read(20)).isEqualTo("x".repeat(20));
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(200), Duration.ofMillis(3_000));
        }
    }

    @Test
    void cutsAReplyAfterSomeBytesThatStillArrive() throws IOException {
        proxy.cutAfter(Direction.REPLY, 3);

        try (Client client = new Client(proxy)) {
            client.send("hello");

            assertThat(client.read(3)).isEqualTo("hel");
            assertThat(client.socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void cutsInPlaceOfTheAnswer() throws Exception {
        try (Client client = new Client(proxy)) {
            client.echo("before");
            proxy.cutAfter(Direction.REPLY, 0);
            client.send("done");

            assertThat(client.socket.getInputStream().read()).isEqualTo(-1);
            server.awaitReceived("beforedone");
        }
    }

    @Test
    void resetsWhatIsOpenAndServesWhatComes() throws IOException {
        try (Client client = new Client(proxy);
                Client next = new Client(proxy)) {
            client.echo("before");
            next.echo("before");

            proxy.reset();

            client.expectReset();
            next.expectReset();
            assertThat(proxy.open()).isZero();
        }
        try (Client after = new Client(proxy)) {
            after.echo("after");
        }
    }

    @Test
    void resetsAClientWhoseServerIsNotThere() throws IOException {
        // Bound and not listening: nobody else on this machine gets the port meanwhile.
        try (Socket reserved = new Socket()) {
            reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (TcpProxy nowhere = TcpProxy.to("127.0.0.1", reserved.getLocalPort());
                    Client client = new Client(nowhere)) {
                client.expectReset();
            }
        }
    }

    @Test
    void aClosedProxyRefusesAndSaysSo() {
        proxy.close();
        proxy.close();

        assertThatThrownBy(() -> new Client(proxy)).isInstanceOf(ConnectException.class);
        assertThatIllegalStateException()
                .isThrownBy(proxy::pass)
                .withMessageStartingWith("proxy to ")
                .withMessageEndingWith(" is closed");
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("tcp-proxy-" + proxy.port()));
    }

    @Test
    void namesWhatItCannotDo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.delay(Direction.REPLY, Duration.ofMillis(-1)))
                .withMessage("delay of a proxy must not be negative, was PT-0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> proxy.cutAfter(Direction.REPLY, -1))
                .withMessage("bytes before a proxy's cut must not be negative, was -1");
    }

    /** Answers each byte with itself. */
    private static final class EchoServer {
        private final ServerSocket listener;
        private final List<String> received = new CopyOnWriteArrayList<>();
        private final List<Socket> sockets = new CopyOnWriteArrayList<>();
        private final CountDownLatch up = new CountDownLatch(1);

        EchoServer() {
            try {
                listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            daemon(this::accept);
        }

        private static void daemon(Runnable task) {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            thread.start();
        }

        private void accept() {
            up.countDown();
            try {
                while (true) {
                    Socket socket = listener.accept();
                    sockets.add(socket);
                    daemon(() -> echo(socket));
                }
            } catch (IOException e) {
                return;
            }
        }

        private void echo(Socket socket) {
            byte[] buffer = new byte[8192];
            try (socket) {
                for (int n = socket.getInputStream().read(buffer);
                        n > 0;
                        n = socket.getInputStream().read(buffer)) {
                    if (n < 1000) {
                        received.add(new String(buffer, 0, n, StandardCharsets.US_ASCII));
                    }
                    socket.getOutputStream().write(buffer, 0, n);
                }
            } catch (IOException e) {
                return;
            }
        }

        int port() {
            return listener.getLocalPort();
        }

        String received() {
            return String.join("", received);
        }

        void awaitReceived(String all) throws InterruptedException {
            long giveUp = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (!received().equals(all) && System.nanoTime() - giveUp < 0) {
                Thread.onSpinWait();
            }
            assertThat(received()).isEqualTo(all);
        }

        void close() throws IOException {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final AtomicLong discarded = new AtomicLong();

        Client(TcpProxy proxy) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        String read(int count) throws IOException {
            return new String(socket.getInputStream().readNBytes(count), StandardCharsets.US_ASCII);
        }

        void echo(String text) throws IOException {
            send(text);
            assertThat(read(text.length())).isEqualTo(text);
        }

        void discard(long count) {
            try {
                byte[] buffer = new byte[1 << 16];
                while (discarded.get() < count) {
                    discarded.addAndGet(socket.getInputStream().read(buffer));
                }
            } catch (IOException e) {
                return;
            }
        }

        void expectSilence() throws IOException {
            socket.setSoTimeout(SILENCE_MILLIS);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            socket.setSoTimeout(PATIENCE_MILLIS);
        }

        void expectReset() {
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("reset");
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
