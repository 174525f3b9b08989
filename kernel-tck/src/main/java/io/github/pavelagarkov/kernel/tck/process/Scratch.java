package io.github.pavelagarkov.kernel.tck.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** What a server of a test's own needs for its life: a directory and a port on the loopback address. */
final class Scratch {
    private static final int PORTS_TO_TRY = 5;

    private Scratch() {}

    /** The server ended while it started: the port may be taken. */
    static final class NotStarted extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        NotStarted(String message) {
            super(message);
        }
    }

    static Path directory(String server) {
        try {
            return Files.createTempDirectory("kernel-" + server + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("could not create a directory for " + server, e);
        }
    }

    /** Deletes a directory with all that is in it; nothing if it is not there. */
    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted((a, b) -> b.compareTo(a)).map(Path::toFile).forEach(file -> {
                boolean unused = file.delete();
            });
        } catch (IOException | UncheckedIOException e) {
            // It has been deleted before, or is being deleted by the server itself.
            return;
        }
    }

    /** A port that is free now may be taken a moment later, by a test in another JVM: then another one is tried. */
    static <T> T onFreePort(IntFunction<T> start) {
        for (int i = 1; ; i++) {
            try {
                return start.apply(freePort());
            } catch (NotStarted e) {
                if (i == PORTS_TO_TRY) {
                    throw e;
                }
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on the loopback address", e);
        }
    }

    static int checkedPort(int fixed) {
        if (fixed < 1 || fixed > 65_535) {
            throw new IllegalArgumentException("port must be between 1 and 65535, was " + fixed);
        }
        return fixed;
    }
}
