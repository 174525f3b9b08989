package io.github.pavelagarkov.kernel.core.internal.host;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

/** How a process is known to others unless it says otherwise. */
public final class Identity {
    private Identity() {}

    /** {@return {@code <hostname>:<pid>:<6 hex>}} */
    public static String generate() {
        String random = String.format("%06x", ThreadLocalRandom.current().nextInt(1 << 24));
        return hostname() + ":" + ProcessHandle.current().pid() + ":" + random;
    }

    private static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // Containers without a hosts entry: the pid and the random part still tell processes apart.
            return "localhost";
        }
    }
}
