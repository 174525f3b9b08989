package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Remembers who led when the store was last asked, and asks again when somebody looks: never more than one question at a time
 * for an election, and none while nobody looks. Thread-safe; never blocks.
 */
final class LeaderLooks {
    private static final Duration FRESH = Duration.ofSeconds(2);

    private final KernelClock clock;
    private final StatusHistory history;
    private final Map<String, Look> looks = new ConcurrentHashMap<>();

    LeaderLooks(KernelClock clock, StatusHistory history) {
        this.clock = clock;
        this.history = history;
    }

    /** What the store said last. */
    record Answer(Optional<LeaderInfo> leader, Instant at, long nanos) {}

    private static final class Look {
        final AtomicBoolean asking = new AtomicBoolean();
        volatile @Nullable Answer answer;
    }

    /** {@return what the store said last, and asks again behind that; empty if it has not said anything yet} */
    Optional<Answer> at(Election election) {
        Look look = looks.computeIfAbsent(election.name(), name -> new Look());
        Answer last = look.answer;
        boolean fresh = last != null && clock.nanoTime() - last.nanos() < FRESH.toNanos();
        if (!fresh && look.asking.compareAndSet(false, true)) {
            ask(election, look);
        }
        return Optional.ofNullable(look.answer);
    }

    private void ask(Election election, Look look) {
        try {
            var unused = election.currentLeader().whenComplete((leader, error) -> {
                if (error == null) {
                    Instant now = Instant.ofEpochMilli(clock.wallMillis());
                    look.answer = new Answer(leader, now, clock.nanoTime());
                    leader.ifPresent(who -> history.seen(election.name(), who, now));
                }
                // Without an answer the old one stays, and tells its age.
                look.asking.set(false);
            });
        } catch (RuntimeException e) {
            // An elector that has closed meanwhile: there is nobody to ask any more.
            look.asking.set(false);
        }
    }
}
