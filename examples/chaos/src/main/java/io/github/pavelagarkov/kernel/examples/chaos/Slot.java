package io.github.pavelagarkov.kernel.examples.chaos;

import io.github.pavelagarkov.kernel.tck.fault.TcpProxy;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The place of one replica: its way to the store, and the processes that had this place one after the other. */
final class Slot implements AutoCloseable {
    private static final Pattern MARK =
            Pattern.compile("kernel-term \\S+ (\\d+) \\S+ (elected|demoted|lease-until) (-?\\d+)");

    private final int index;
    private final ChaosSettings settings;
    private final ChaosStore store;
    private final int resourcePort;
    private final TcpProxy proxy;
    private final Map<String, JavaProcess> generations = new LinkedHashMap<>();

    private JavaProcess process;
    private String identity;
    private boolean down;
    private boolean paused;
    private boolean leaving;
    private int networkFaults;

    // ---- what the current process has printed
    private long read;
    private boolean ready;
    private boolean connected;
    private long token;
    private long leaseUntil;

    Slot(int index, ChaosSettings settings, ChaosStore store, int resourcePort) {
        this.index = index;
        this.settings = settings;
        this.store = store;
        this.resourcePort = resourcePort;
        this.proxy = TcpProxy.to("127.0.0.1", store.port());
        this.identity = nextIdentity();
        this.process = launch();
    }

    private String nextIdentity() {
        return lane() + "-" + (generations.size() + 1);
    }

    private JavaProcess launch() {
        JavaProcess.Builder builder = JavaProcess.of(ChaosReplica.class)
                .jvmArgs("-Xmx96m", "-Xss512k", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")
                .systemProperty(ChaosReplica.RESOURCE, Integer.toString(resourcePort))
                .systemProperty("kernel.application", "chaos")
                .systemProperty("kernel.identity", identity)
                .systemProperty("kernel.leader.names", ChaosReplica.ELECTION)
                .systemProperty(
                        "kernel.leader." + ChaosReplica.ELECTION + ".lease",
                        settings.lease().toMillis() + "ms");
        store.properties(proxy.port()).forEach(builder::systemProperty);
        JavaProcess started = builder.start();
        generations.put(identity, started);
        return started;
    }

    void start() {
        identity = nextIdentity();
        read = 0;
        ready = false;
        connected = false;
        token = 0;
        down = false;
        leaving = false;
        paused = false;
        process = launch();
    }

    /** Reads what the process has printed since. */
    void look() {
        List<OutputLine> lines = process.linesAfter(read);
        for (OutputLine line : lines) {
            read = line.sequence();
            Matcher mark = MARK.matcher(line.text());
            if (mark.matches()) {
                token = Long.parseLong(mark.group(1));
                if (!mark.group(2).equals("elected")) {
                    leaseUntil = Long.parseLong(mark.group(3));
                }
                if (mark.group(2).equals("demoted")) {
                    token = 0;
                }
            } else if (line.text().equals("chaos ready")) {
                ready = true;
            } else if (line.text().equals("chaos connected")) {
                connected = true;
            }
        }
    }

    /** {@return the token of the lease it holds, by what it printed; 0 if it holds none} */
    long leads(long now) {
        return !down && token != 0 && leaseUntil - now > 0 ? token : 0;
    }

    /** {@return whether it holds a lease that was asked for after a point of time} */
    boolean leadsSince(long point, long now) {
        return leads(now) != 0 && leaseUntil - settings.trusted().toNanos() - point > 0;
    }

    String lane() {
        return "r" + index;
    }

    String identity() {
        return identity;
    }

    JavaProcess process() {
        return process;
    }

    TcpProxy proxy() {
        return proxy;
    }

    /** {@return all processes that had this place, by identity} */
    Map<String, JavaProcess> generations() {
        return generations;
    }

    boolean isUp() {
        return !down && !leaving;
    }

    boolean isPaused() {
        return paused;
    }

    boolean isReady() {
        return ready && !down && !leaving;
    }

    /** {@return whether it competes: it has started and its store has answered once} */
    boolean isCandidate() {
        return isReady() && connected;
    }

    void markDown() {
        down = true;
    }

    void markLeaving() {
        leaving = true;
    }

    void markPaused(boolean now) {
        paused = now;
    }

    void networkBroken() {
        networkFaults++;
    }

    void networkHealed() {
        networkFaults--;
        if (networkFaults == 0) {
            proxy.pass();
        }
    }

    @Override
    public void close() {
        generations.values().forEach(JavaProcess::close);
        proxy.close();
    }
}
