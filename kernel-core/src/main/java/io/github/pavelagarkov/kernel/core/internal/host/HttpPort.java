package io.github.pavelagarkov.kernel.core.internal.host;

import com.sun.net.httpserver.HttpServer;
import io.github.pavelagarkov.kernel.KernelException;
import io.github.pavelagarkov.kernel.core.internal.concurrent.KernelThreads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.UnresolvedAddressException;

/** Opens ports of the JDK's own server. */
final class HttpPort {
    private HttpPort() {}

    /**
     * {@return a server that listens, not started}
     *
     * @param address where
     * @param setting what says so, for the message
     * @throws KernelException if the port cannot be opened
     */
    static HttpServer bind(InetSocketAddress address, String setting) {
        try {
            return HttpServer.create(address, 0);
        } catch (IOException | UnresolvedAddressException e) {
            throw new KernelException("cannot open " + setting + ": " + e.getMessage(), e);
        }
    }

    /** The server's own thread is a daemon if who starts it is one: it must not keep the process alive. */
    static void start(HttpServer server, KernelThreads threads, String name) {
        Thread starter = threads.newThread(name, server::start);
        starter.start();
        boolean interrupted = false;
        while (starter.isAlive()) {
            try {
                starter.join();
            } catch (InterruptedException e) {
                // It is a matter of microseconds; who is interrupted learns it from the flag.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
