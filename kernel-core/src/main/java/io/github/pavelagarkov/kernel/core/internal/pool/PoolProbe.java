package io.github.pavelagarkov.kernel.core.internal.pool;

import io.github.pavelagarkov.kernel.core.internal.concurrent.ClockGate;
import io.github.pavelagarkov.kernel.core.internal.concurrent.Deadlines;
import io.github.pavelagarkov.kernel.pool.PoolPing;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a sign of life on a thread of its own, because JDBC may block for longer than whoever asks wants to wait. Those who
 * ask while somebody is waiting wait for the same answer, so a server that hangs holds up one thread. Thread-safe.
 */
public final class PoolProbe {
    private static final int TRIAL_SECONDS = 2;

    private final ConnectionSource source;
    private final PoolSubject subject;
    /** What is known of a server that has not answered; empty if nothing is. */
    private final Supplier<Optional<String>> suspicion;

    private final KernelClock clock;
    private final ThreadFactory threads;
    private final ClockGate gate;
    private final AtomicReference<@Nullable Attempt> running = new AtomicReference<>();

    /**
     * @param source opens or borrows the connection that is asked
     * @param subject which server, and what its failures mean
     * @param suspicion what is known of a server that has not answered; empty if nothing is
     * @param clock measures patience
     * @param threads makes the thread that asks
     */
    public PoolProbe(
            ConnectionSource source,
            PoolSubject subject,
            Supplier<Optional<String>> suspicion,
            KernelClock clock,
            ThreadFactory threads) {
        this.source = source;
        this.subject = subject;
        this.suspicion = suspicion;
        this.clock = clock;
        this.threads = threads;
        this.gate = new ClockGate(clock);
    }

    private static final class Attempt {
        /** Empty while it goes on; inside, what is wrong. */
        private volatile Optional<Optional<String>> answer = Optional.empty();
    }

    /**
     * Asks. Never throws because there is no answer.
     *
     * @param atMost how long it may take; positive
     * @return whether there was an answer in that time, otherwise why not
     */
    public PoolPing ask(Duration atMost) {
        long from = clock.nanoTime();
        Optional<String> trouble = trouble(atMost);
        return new PoolPing(trouble, Duration.ofNanos(clock.nanoTime() - from));
    }

    private Optional<String> trouble(Duration atMost) {
        try {
            Attempt attempt = join();
            var unused = gate.await(() -> attempt.answer.isPresent(), Deadlines.after(clock, atMost));
            return attempt.answer.orElseGet(() ->
                    suspicion.get().or(() -> Optional.of(subject.address() + " did not answer within " + atMost)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted while " + subject.address() + " was asked");
        } catch (RuntimeException | OutOfMemoryError e) {
            // No thread is to be had: a container that has stopped, or the limit of the process.
            return Optional.of(subject.address() + " could not be asked: " + e);
        }
    }

    private Attempt join() {
        Attempt mine = new Attempt();
        Attempt first = running.compareAndExchange(null, mine);
        if (first != null) {
            return first;
        }
        try {
            threads.newThread(() -> run(mine)).start();
        } catch (RuntimeException | Error e) {
            running.set(null);
            throw e;
        }
        return mine;
    }

    private void run(Attempt attempt) {
        Optional<String> trouble = Optional.of(subject.address() + " could not be asked");
        try {
            trouble = tried();
        } finally {
            // First free, then answered: whoever sees the answer and asks again gets a new one.
            running.set(null);
            attempt.answer = Optional.of(trouble);
            gate.signalAll();
        }
    }

    private Optional<String> tried() {
        try (Connection connection = source.open()) {
            return answers(connection)
                    ? Optional.empty()
                    : Optional.of(subject.address() + " did not answer on an open connection");
        } catch (SQLException | RuntimeException e) {
            return suspicion
                    .get()
                    .or(() -> Optional.ofNullable(subject.explain(e).getMessage()));
        }
    }

    private boolean answers(Connection connection) throws SQLException {
        Optional<String> query = subject.testQuery();
        if (query.isEmpty()) {
            return connection.isValid(TRIAL_SECONDS);
        }
        int before = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, TRIAL_SECONDS * 1_000);
        boolean answered;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query.get())) {
            answered = rows.next();
        }
        // Not after a failure: the connection may be closed, and what it would throw would hide why.
        connection.setNetworkTimeout(Runnable::run, before);
        return answered;
    }
}
