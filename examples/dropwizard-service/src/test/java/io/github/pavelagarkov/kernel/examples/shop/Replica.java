package io.github.pavelagarkov.kernel.examples.shop;

import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The shop in a JVM of its own, as a platform runs it. */
final class Replica implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The application port is the first that Jetty opens. */
    private static final Pattern OPENED = Pattern.compile("Started application@.*\\{.*:(\\d+)\\}");

    private final JavaProcess process;
    private final int port;

    private Replica(JavaProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    static Replica start(Servers servers, Duration drainDelay) {
        JavaProcess.Builder java = JavaProcess.of(ShopApplication.class)
                .jvmArgs("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
                .systemProperty("dw.server.applicationConnectors[0].port", "0")
                .systemProperty("dw.server.adminConnectors[0].port", "0")
                .systemProperty("dw.kernel.grpc.port", "0")
                .systemProperty("kernel.shutdown.drain-delay", drainDelay.toMillis() + "ms")
                .args("server", "shop.yml");
        for (Map.Entry<String, String> setting : servers.settings().entrySet()) {
            java.systemProperty("kernel." + setting.getKey(), setting.getValue());
        }
        JavaProcess process = java.start();
        try {
            OutputLine line = process.awaitLine(OPENED.pattern(), PATIENCE);
            Matcher matcher = OPENED.matcher(line.text());
            if (!matcher.find()) {
                throw new IllegalStateException("not a port: " + line.text());
            }
            return new Replica(process, Integer.parseInt(matcher.group(1)));
        } catch (RuntimeException | Error e) {
            process.close();
            throw e;
        }
    }

    int port() {
        return port;
    }

    URI at(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Ends it as a platform does. */
    int terminate() {
        return process.stop(PATIENCE);
    }

    /** {@return what it said, for a failure's message} */
    String said(String regex) {
        Pattern pattern = Pattern.compile(regex);
        return process.lines().stream()
                .map(OutputLine::text)
                .filter(pattern.asPredicate())
                .reduce("", (a, b) -> a + "\n" + b);
    }

    @Override
    public void close() {
        process.close();
    }
}
