package io.github.pavelagarkov.kernel.core.internal.leader;

import io.github.pavelagarkov.kernel.BackendUnavailableException;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One key on true time, behind a network that loses, delays and reorders. Not thread-safe. */
final class SimulatedStore {
    private final SimulatedWorld world;
    private @Nullable String holder;
    private long token;
    private long lastToken;
    private long expires;
    private long downUntil;
    /** What was sent in one generation does not arrive in another: its connections have died. */
    private int generation;

    SimulatedStore(SimulatedWorld world) {
        this.world = world;
    }

    /** Sends a request; the answer comes after two flights, if both arrive. */
    void ask(LeaseRequest request, Consumer<LeaseReply> answer) {
        carry(() -> {
            LeaseReply reply = isDown()
                    ? new LeaseReply.Failed(new BackendUnavailableException("the simulated store is down"))
                    : handle(request);
            world.trace(() -> "store: " + request.mode() + " " + request.leaseId() + " -> " + reply);
            carry(() -> answer.accept(reply));
        });
    }

    void release(String leaseId, Consumer<Boolean> answer) {
        carry(() -> {
            boolean done = !isDown() && isLive() && leaseId.equals(holder);
            world.trace(() -> "store: release " + leaseId + " -> " + done);
            if (done) {
                holder = null;
                for (SimulatedNode node : world.nodes) {
                    carry(node::hint);
                }
            }
            carry(() -> answer.accept(done));
        });
    }

    private void carry(Runnable step) {
        long flight = world.flight();
        int sentIn = generation;
        if (flight >= 0) {
            world.after(flight, () -> {
                if (sentIn == generation) {
                    step.run();
                }
            });
        }
    }

    private LeaseReply handle(LeaseRequest request) {
        long now = world.now();
        long until = now + request.ttl().toNanos();
        if (!isLive()) {
            if (request.mode() == LeaseRequest.Mode.RENEW) {
                return new LeaseReply.Free();
            }
            holder = request.leaseId();
            lastToken = Math.max(lastToken + 1, now / 1000 + 1);
            token = lastToken;
            expires = until;
            return new LeaseReply.Held(token);
        }
        if (request.leaseId().equals(holder)) {
            expires = until;
            return new LeaseReply.Held(token);
        }
        return new LeaseReply.Taken(Optional.of(Duration.ofNanos(expires - now)));
    }

    private boolean isLive() {
        return holder != null && world.now() < expires;
    }

    private boolean isDown() {
        return world.now() < downUntil;
    }

    void goDown(long howLong) {
        world.trace(() -> "store: down for " + Duration.ofNanos(howLong));
        downUntil = Math.max(downUntil, world.now() + howLong);
    }

    /** Dies with all its connections, comes back without its data, and then its clients connect again. */
    void restartEmpty(long howLong) {
        goDown(howLong);
        flush();
        generation++;
        world.after(howLong, () -> {
            world.trace(() -> "store: back without its data");
            generation++;
            world.nodes.forEach(SimulatedNode::gap);
        });
    }

    /** Forgets the lease; the clock keeps the tokens growing. */
    void flush() {
        world.trace(() -> "store: flushed");
        holder = null;
        lastToken = 0;
    }

    /** {@return the token under which an id holds the lease now} */
    OptionalLong tokenOf(String leaseId) {
        return isLive() && leaseId.equals(holder) ? OptionalLong.of(token) : OptionalLong.empty();
    }
}
