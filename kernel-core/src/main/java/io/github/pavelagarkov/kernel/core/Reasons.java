package io.github.pavelagarkov.kernel.core;

import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus;
import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus.Why;
import io.github.pavelagarkov.kernel.core.dashboard.KernelStatus.Why.Kind;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Answers why, from what is known, in one sentence each. */
final class Reasons {
    private static final Set<String> BAD = Set.of("failed", "timed-out", "abandoned");

    /** Who leads is asked every 2 s while somebody looks. */
    private static final Duration STALE = Duration.ofSeconds(30);

    private final KernelStatus status;
    private final List<Why> all = new ArrayList<>();

    private Reasons(KernelStatus status) {
        this.status = status;
    }

    /** {@return a status with its reasons} */
    static KernelStatus added(KernelStatus status) {
        return new KernelStatus(
                status.at(),
                status.process(),
                new Reasons(status).find(),
                status.readiness(),
                status.elections(),
                status.jobs(),
                status.leftOut(),
                status.shutdown(),
                status.pools(),
                status.backends(),
                status.settings());
    }

    private List<Why> find() {
        status.process().notLive().ifPresent(why -> add(Kind.NOT_LIVE, "", "should be restarted: " + why));
        if (!status.readiness().ready()) {
            add(Kind.NOT_READY, "", "gets no traffic: " + status.readiness().reason());
        }
        status.backends().stream()
                .filter(backend -> !backend.healthy().orElse(true))
                .forEach(backend -> add(Kind.BACKEND, backend.name(), backend.message()));
        status.elections()
                .forEach(election -> election(election).ifPresent(why -> add(Kind.NOT_LEADER, election.name(), why)));
        status.jobs().forEach(job -> job(job).ifPresent(why -> add(Kind.JOB_DID_NOT_RUN, job.name(), why)));
        status.shutdown().warning().ifPresent(warning -> add(Kind.SHUTDOWN, "", warning));
        return all;
    }

    private void add(Kind kind, String subject, String text) {
        all.add(new Why(kind, subject, text));
    }

    private Optional<String> election(KernelStatus.Election election) {
        return switch (election.role()) {
            case LEADER -> Optional.empty();
            case FOLLOWER -> Optional.of("does not lead here: " + whoLeads(election));
            case UNKNOWN -> Optional.of("does not lead here: " + whoLeads(election));
            case LEFT -> Optional.of("does not lead here any more: the process stops");
            case NOT_JOINED -> Optional.of("is not joined: this process leads nothing there, or has not started yet");
        };
    }

    /** What was true hours ago is said with its time, and not as if it were true now. */
    private String whoLeads(KernelStatus.Election election) {
        if (election.role() == KernelStatus.Election.Role.LEFT) {
            return "this process stops";
        }
        if (election.role() == KernelStatus.Election.Role.UNKNOWN) {
            return "the store of its lease cannot be asked" + lastSeen(election);
        }
        if (election.asked().isEmpty()) {
            return "who leads is not known yet";
        }
        if (election.asked().get().plus(STALE).isBefore(status.at())) {
            return "the store is being asked who leads" + lastSeen(election);
        }
        return election.leader().map(who -> who + " leads").orElse("nobody leads at the moment");
    }

    private static String lastSeen(KernelStatus.Election election) {
        return election.asked()
                .map(at -> "; last seen: " + election.leader().orElse("nobody") + " at "
                        + at.truncatedTo(ChronoUnit.SECONDS))
                .orElse("");
    }

    /** What is the matter now comes before what was. */
    private Optional<String> job(KernelStatus.Job job) {
        return switch (job.state()) {
            case SWITCHED_OFF -> Optional.of("is switched off by kernel.jobs." + job.name() + ".enabled");
            case PAUSED -> Optional.of("is paused by an operator");
            case ELSEWHERE -> Optional.of("does not run here: " + electionOf(job));
            case STOPPED -> Optional.of(stopped(job));
            case RUNNING, WAITING -> job.trouble().or(() -> lastRun(job));
        };
    }

    private String stopped(KernelStatus.Job job) {
        if (!status.shutdown().state().equals("running")) {
            return "does not run any more: the process stops";
        }
        return job.election()
                .map(election -> "does not run: it runs on the leader of " + election
                        + ", and this process leads, but its work has not started")
                .orElseGet(
                        () -> "does not run: its scheduler " + job.scheduler().orElse("") + " has not been started");
    }

    private String electionOf(KernelStatus.Job job) {
        String name = job.election().orElse("");
        String who = status.elections().stream()
                .filter(election -> election.name().equals(name))
                .map(this::whoLeads)
                .findFirst()
                .orElse("who leads is not known yet");
        return "it runs on the leader of " + name + ", and " + who;
    }

    private static Optional<String> lastRun(KernelStatus.Job job) {
        if (job.runs().isEmpty()) {
            return Optional.empty();
        }
        KernelStatus.Run last = job.runs().get(job.runs().size() - 1);
        return BAD.contains(last.outcome()) || last.outcome().equals("rejected")
                ? Optional.of("last run " + last.outcome()
                        + last.error().map(error -> " with " + error).orElse("")
                        + badInARow(job) + "; the log has more under " + last.correlationId())
                : Optional.empty();
    }

    private static String badInARow(KernelStatus.Job job) {
        int bad = 0;
        while (bad < job.runs().size()
                && BAD.contains(job.runs().get(job.runs().size() - 1 - bad).outcome())) {
            bad++;
        }
        return bad > 1 ? ", " + bad + " bad runs in a row" : "";
    }
}
