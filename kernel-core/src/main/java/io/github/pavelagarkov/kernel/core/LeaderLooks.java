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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Remembers who led when the store was last asked, and asks again when somebody looks: never more than one question at a time
 * for an election, and none while nobody looks. Thread-safe; never blocks.
 */
final class LeaderLooks {
    /** Between two questions, whatever came of the first. */
    private static final Duration FRESH = Duration.ofSeconds(2);
    /** A question that has not been answered for so long is lost. */
    private static final Duration LOST = Duration.ofSeconds(30);

    private final KernelClock clock;
    private final StatusHistory history;
    private final Map<String, Look> looks = new ConcurrentHashMap<>();

    LeaderLooks(KernelClock clock, StatusHistory history) {
        this.clock = clock;
        this.history = history;
    }

    /** What the store said last. */
    record Answer(Optional<LeaderInfo> leader, Instant at) {}

    /** A question on its way or answered. */
    private record Question(long asked, AtomicBoolean ended) {
        boolean isDue(long now) {
            return now - asked >= (ended.get() ? FRESH : LOST).toNanos();
        }
    }

    private static final class Look {
        final AtomicReference<@Nullable Question> last = new AtomicReference<>();
        volatile @Nullable Answer answer;
    }

    /** {@return what the store said last, and asks again behind that; empty if it has not said anything yet} */
    Optional<Answer> at(Election election) {
        Look look = looks.computeIfAbsent(election.name(), name -> new Look());
        long now = clock.nanoTime();
        Question last = look.last.get();
        if (last == null || last.isDue(now)) {
            Question next = new Question(now, new AtomicBoolean());
            if (look.last.compareAndSet(last, next)) {
                ask(election, look, next);
            }
        }
        return Optional.ofNullable(look.answer);
    }

    /** Drops what the store said: this process knows better, as it leads. */
    void forget(String election) {
        looks.remove(election);
    }

    private void ask(Election election, Look look, Question question) {
        try {
            var unused = election.currentLeader().whenComplete((leader, error) -> {
                // Without an answer the old one stays, and tells its age; one that was given up is too old itself.
                if (error == null && question.equals(look.last.get())) {
                    answered(election.name(), look, leader);
                }
                question.ended.set(true);
            });
        } catch (RuntimeException e) {
            // An elector that has closed meanwhile: there is nobody to ask any more.
            question.ended.set(true);
        }
    }

    private void answered(String election, Look look, Optional<LeaderInfo> leader) {
        if (leader.filter(history::isOwn).isPresent()) {
            // A lease of this process that is being taken or given back: who leads next is open.
            look.answer = null;
            return;
        }
        Instant now = Instant.ofEpochMilli(clock.wallMillis());
        look.answer = new Answer(leader, now);
        leader.ifPresent(who -> history.seen(election, who, now));
    }
}
