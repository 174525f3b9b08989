package io.github.pavelagarkov.kernel.core.postgres;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.core.postgres.LeaseStatements.Outcome;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the one thread does that talks to the database: JDBC blocks, and a server that hangs must hang one thread only. */
final class CallWorker implements Runnable {
    private final CallQueue queue;
    private final EngineConnection connection;
    private final LeaseStatements statements;
    private final String address;
    private final KernelClock clock;
    private final Runnable onEnd;

    CallWorker(
            CallQueue queue,
            EngineConnection connection,
            LeaseStatements statements,
            String address,
            KernelClock clock,
            Runnable onEnd) {
        this.queue = queue;
        this.connection = connection;
        this.statements = statements;
        this.address = address;
        this.clock = clock;
        this.onEnd = onEnd;
    }

    @Override
    public void run() {
        try {
            for (List<Call> turn = next(); !turn.isEmpty(); turn = next()) {
                answer(turn);
            }
        } finally {
            connection.abort();
            onEnd.run();
        }
    }

    /** close() interrupts a connection that is being opened; whether the store is closed only the queue knows. */
    private List<Call> next() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                // The flag is cleared and the queue is asked again: the thread belongs to all calls.
            }
        }
    }

    private void answer(List<Call> turn) {
        try {
            if (turn.get(0) instanceof Call.Holder) {
                holder(turn.stream().map(Call.Holder.class::cast).toList());
            } else if (turn.get(0) instanceof Call.Release) {
                release(turn.stream().map(Call.Release.class::cast).toList());
            } else {
                lease(turn.stream().map(Call.Lease.class::cast).toList());
            }
        } catch (Throwable e) {
            // Also an error, say a class that is not there: the thread belongs to all calls.
            BackendUnavailableException why = PostgresFailures.translate(address, e);
            turn.forEach(call -> call.fail(why));
        }
    }

    private void holder(List<Call.Holder> turn) {
        Set<LeaseKey> keys = turn.stream().map(Call.Holder::key).collect(Collectors.toSet());
        Map<LeaseKey, Optional<LeaderInfo>> found = connection.call(open -> statements.holders(open, keys));
        turn.forEach(call -> call.complete(found.getOrDefault(call.key(), Optional.empty())));
    }

    private void release(List<Call.Release> turn) {
        List<Outcome> outcomes = connection.call(open ->
                statements.release(open, turn.stream().map(Call.Release::lease).toList()));
        for (int i = 0; i < turn.size(); i++) {
            turn.get(i).complete(outcomes.get(i));
        }
    }

    private void lease(List<Call.Lease> turn) {
        long now = clock.nanoTime();
        List<Call.Lease> due = new ArrayList<>();
        for (Call.Lease call : turn) {
            if (now - call.giveUpAt() < 0) {
                due.add(call);
            } else {
                call.fail(new BackendUnavailableException(address + " did not answer in time"));
            }
        }
        if (due.isEmpty()) {
            return;
        }
        List<LeaseRequest> all =
                due.stream().flatMap(call -> call.batch().stream()).toList();
        List<LeaseReply> replies = connection.call(open -> statements.acquireOrRenew(open, all));
        int from = 0;
        for (Call.Lease call : due) {
            int to = from + call.batch().size();
            call.complete(replies.subList(from, to));
            from = to;
        }
    }
}
