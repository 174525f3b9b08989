package io.github.pavelagarkov.kernel.examples.chaos;

import io.github.pavelagarkov.kernel.core.ConfigSource;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One replica: whoever leads writes its token to the {@link FencedResource} every few milliseconds.
 *
 * <p>A watcher asks the election all the time and prints what it may believe: the marks of {@link LeadershipJournal}, with
 * times at which it surely led, {@code chaos connected} when the store has answered for the first
 * time, and {@code chaos woke} after every standstill.
 */
final class ChaosReplica {
    static final String ELECTION = "chaos";
    static final String RESOURCE = "chaos.resource";
    private static final Duration WRITE_EVERY = Duration.ofMillis(50);
    private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();
    private static final long ASK_NANOS = Duration.ofMillis(200).toNanos();
    private static final long STANDSTILL_NANOS = Duration.ofMillis(150).toNanos();

    private final String name;
    private final int resourcePort;
    private final Object lock = new Object();
    /** INVARIANT: guarded by lock, as the two below; the token whose beginning was printed, 0 if its end was too. */
    private long printed;

    private long lastPrinted;
    private long printedUntil;
    /** INVARIANT: used by one run of the job at a time. */
    private Optional<Socket> resource = Optional.empty();

    private volatile @Nullable Kernel kernel;
    private volatile boolean connected;

    private ChaosReplica(String name, int resourcePort) {
        this.name = name;
        this.resourcePort = resourcePort;
    }

    public static void main(String[] args) throws Exception {
        KernelConfig config = KernelConfig.read(ConfigSource.systemProperties(), ConfigSource.environment());
        ChaosReplica replica = new ChaosReplica(config.identity().orElseThrow(), Integer.getInteger(RESOURCE, 0));
        KernelBuilder builder = Kernel.builder()
                .config(config)
                .onStart("replica", owner -> replica.kernel = owner)
                .election(ELECTION, replica.new Journal())
                .leaderJob(
                        ELECTION,
                        JobSpec.named("write")
                                .every(WRITE_EVERY)
                                .initialDelay(Duration.ZERO)
                                .deadline(Duration.ofSeconds(1))
                                .task(replica::write)
                                .build());
        var unused = builder.build().run(replica::serve);
    }

    private void serve(Kernel kernel) {
        Election election = kernel.elector().election(ELECTION).orElseThrow();
        kernel.execute("watch", () -> watch(kernel.clock(), election));
        System.out.println("chaos ready");
    }

    private void watch(KernelClock clock, Election election) throws InterruptedException {
        long before = clock.nanoTime();
        long asked = before - ASK_NANOS;
        while (true) {
            if (!connected && before - asked >= ASK_NANOS) {
                asked = before;
                var unused = election.currentLeader().thenAccept(leader -> connected());
            }
            Optional<Term> known = election.term();
            clock.park(clock.nanoTime() + LOOK_NANOS);
            long now = clock.nanoTime();
            if (now - before > STANDSTILL_NANOS) {
                // The first look after the standstill, whatever the rest of this process has done since.
                boolean leads = election.isLeader();
                System.out.println("chaos woke " + now + " "
                        + known.map(Term::fencingToken).orElse(0L) + " "
                        + (leads ? election.term().map(Term::fencingToken).orElse(0L) : 0L));
            }
            before = now;
            look(clock, election);
        }
    }

    /** The store has answered for the first time: from here on this process is a candidate. */
    private void connected() {
        synchronized (lock) {
            if (!connected) {
                connected = true;
                System.out.println("chaos connected");
            }
        }
    }

    private void look(KernelClock clock, Election election) {
        long earlier = clock.nanoTime();
        Optional<Term> term = election.term();
        long left = election.remaining().toNanos();
        long now = clock.nanoTime();
        // Read in this order, the lease lasts at least until then, if the term is the same afterwards.
        boolean same = term.isPresent() && election.term().equals(term) && left > 0;
        synchronized (lock) {
            if (same) {
                begin(term.get().fencingToken(), now);
                prolong(earlier + left);
            } else if (term.isEmpty()) {
                end(earlier);
            }
        }
    }

    private void begin(long token, long now) {
        if (token > lastPrinted) {
            end(now);
            printed = token;
            lastPrinted = token;
            System.out.println(LeadershipJournal.elected(ELECTION, token, name, now));
        }
    }

    private void prolong(long until) {
        // A renewal moves it by far more than a millisecond; less is the noise of reading two clocks.
        if (printed != 0 && until - printedUntil > 1_000_000) {
            printedUntil = until;
            System.out.println(LeadershipJournal.leaseUntil(ELECTION, printed, name, until));
        }
    }

    private void end(long now) {
        if (printed != 0) {
            System.out.println(LeadershipJournal.demoted(ELECTION, printed, name, now));
            printed = 0;
        }
    }

    private void write(JobContext context) throws IOException {
        long token = context.term().orElseThrow().fencingToken();
        Socket socket = resource.isPresent() ? resource.get() : connect();
        try {
            socket.getOutputStream().write((name + " " + token + "\n").getBytes(StandardCharsets.US_ASCII));
            // Not closed: it would close the socket, and it holds no more than the one line it was sent.
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            if (in.readLine() == null) {
                throw new IOException("the resource has gone");
            }
        } catch (IOException e) {
            resource = Optional.empty();
            socket.close();
            throw e;
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), resourcePort);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(500);
        resource = Optional.of(socket);
        return socket;
    }

    private final class Journal implements LeadershipListener {
        @Override
        public void onElected(LeaderScope scope) {
            Kernel owner = kernel;
            if (owner != null) {
                owner.elector().election(ELECTION).ifPresent(election -> look(owner.clock(), election));
            }
        }

        @Override
        public void onDemoted(Term term, DemotionReason reason) {
            synchronized (lock) {
                if (printed == term.fencingToken()) {
                    end(System.nanoTime());
                }
            }
        }
    }
}
