package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus;
import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus.Election.Role;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** How the elections of a kernel stand. Thread-safe. */
final class ElectionStatuses {
    private final KernelConfig config;
    private final Elections elections;
    private final StatusHistory history;
    private final LeaderLooks looks;
    private final BooleanSupplier stopping;

    ElectionStatuses(
            KernelConfig config,
            Elections elections,
            StatusHistory history,
            LeaderLooks looks,
            BooleanSupplier stopping) {
        this.config = config;
        this.elections = elections;
        this.history = history;
        this.looks = looks;
        this.stopping = stopping;
    }

    int count() {
        return elections.known().size();
    }

    List<KernelStatus.Election> read(int most) {
        return elections.known().stream()
                .limit(most)
                .map(name -> elections.election(name).map(this::joined).orElseGet(() -> notJoined(name)))
                .toList();
    }

    /** An elector forgets an election that it has left. */
    private KernelStatus.Election notJoined(String name) {
        Role role = stopping.getAsBoolean() && elections.leads(name) ? Role.LEFT : Role.NOT_JOINED;
        return election(name, role, Optional.empty(), Optional.empty(), Duration.ZERO, Optional.empty());
    }

    private KernelStatus.Election joined(Election election) {
        LeadershipStatus status = election.status();
        if (status instanceof LeadershipStatus.Leader leader) {
            Term term = leader.term();
            // It was about a time before this term.
            looks.forget(election.name());
            return election(
                    election.name(),
                    Role.LEADER,
                    Optional.of(term.identity()),
                    Optional.of(Long.toString(term.fencingToken())),
                    election.remaining(),
                    Optional.empty());
        }
        if (status instanceof LeadershipStatus.Stopped) {
            return election(
                    election.name(), Role.LEFT, Optional.empty(), Optional.empty(), Duration.ZERO, Optional.empty());
        }
        Optional<LeaderLooks.Answer> look = looks.at(election);
        Optional<LeaderInfo> leader = look.flatMap(LeaderLooks.Answer::leader);
        return election(
                election.name(),
                status instanceof LeadershipStatus.Unknown ? Role.UNKNOWN : Role.FOLLOWER,
                leader.map(LeaderInfo::identity),
                leader.flatMap(ElectionStatuses::token),
                Duration.ZERO,
                look.map(LeaderLooks.Answer::at));
    }

    private static Optional<String> token(LeaderInfo leader) {
        return leader.fencingToken().isPresent()
                ? Optional.of(Long.toString(leader.fencingToken().getAsLong()))
                : Optional.empty();
    }

    private KernelStatus.Election election(
            String name,
            Role role,
            Optional<String> leader,
            Optional<String> token,
            Duration remaining,
            Optional<Instant> asked) {
        return new KernelStatus.Election(
                name,
                role,
                leader,
                token,
                config.election(name).timing().lease(),
                remaining,
                asked,
                history.terms(name));
    }
}
