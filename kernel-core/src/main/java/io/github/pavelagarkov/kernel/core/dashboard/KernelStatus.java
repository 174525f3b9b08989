package io.github.pavelagarkov.kernel.core.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A kernel at one moment, as an operator looks at it. Immutable; it holds no secret and no text of an exception out of a job.
 *
 * @param at the moment, by the wall clock of the process
 * @param process who it is
 * @param why what an operator would ask about, each answered in one sentence; empty if all is well
 * @param readiness whether it should get traffic
 * @param elections in the order they were given, 500 at most
 * @param jobs those of all schedulers, 500 at most, and those that are switched off
 * @param leftOut how many elections and jobs there are beyond that
 * @param shutdown how it will stop, or stops
 * @param pools of connections
 * @param backends how each of them answered when it was last asked
 * @param settings that differ from the default, secrets masked
 */
public record KernelStatus(
        Instant at,
        Instance process,
        List<Why> why,
        Readiness readiness,
        List<Election> elections,
        List<Job> jobs,
        int leftOut,
        Shutdown shutdown,
        List<Pool> pools,
        List<Backend> backends,
        List<Setting> settings) {
    /** Copies the lists. */
    public KernelStatus {
        why = List.copyOf(why);
        elections = List.copyOf(elections);
        jobs = List.copyOf(jobs);
        pools = List.copyOf(pools);
        backends = List.copyOf(backends);
        settings = List.copyOf(settings);
    }

    /**
     * Who it is.
     *
     * @param application whose service; empty if it has no name
     * @param identity how it is known to its peers
     * @param host the program that it lives in
     * @param started whether everything has been started
     * @param notLive why it should be restarted
     */
    public record Instance(
            Optional<String> application, String identity, String host, boolean started, Optional<String> notLive) {}

    /**
     * The answer to a question that an operator would ask.
     *
     * @param kind what is the matter
     * @param subject with what, for instance the name of a job; empty if with the process
     * @param text the answer, one sentence
     */
    public record Why(Kind kind, String subject, String text) {
        /** What is the matter. */
        public enum Kind {
            /** The process should be restarted. */
            NOT_LIVE,
            /** It gets no traffic. */
            NOT_READY,
            /** It does not lead an election. */
            NOT_LEADER,
            /** A job does not run, or not well. */
            JOB_DID_NOT_RUN,
            /** A server that it needs does not answer. */
            BACKEND,
            /** The platform would kill it before it has stopped. */
            SHUTDOWN
        }
    }

    /**
     * Whether it should get traffic.
     *
     * @param ready the answer
     * @param reason why not; empty if ready
     * @param since when the answer last changed
     * @param components what each part says, in the order they were registered
     */
    public record Readiness(boolean ready, String reason, Instant since, List<Component> components) {
        /** Copies the list. */
        public Readiness {
            components = List.copyOf(components);
        }
    }

    /**
     * A part that must be ready.
     *
     * @param name of the part
     * @param ready whether it is
     * @param reason why not; empty if it is
     * @param since when that last changed
     */
    public record Component(String name, boolean ready, String reason, Instant since) {}

    /**
     * An election.
     *
     * @param name of the election
     * @param role of this process in it
     * @param leader who leads; empty if nobody does or nobody knows
     * @param fencingToken of the term that goes on, as text because it may be longer than the numbers of a browser
     * @param lease how long a lease lasts
     * @param remaining how long this process may still trust its own; zero if it does not lead
     * @param asked when the store last said who leads; empty if it has not yet, or this process leads
     * @param terms the last ones, of this process and of others as far as they were seen, the newest last
     */
    public record Election(
            String name,
            Role role,
            Optional<String> leader,
            Optional<String> fencingToken,
            Duration lease,
            Duration remaining,
            Optional<Instant> asked,
            List<Term> terms) {
        /** Copies the list. */
        public Election {
            terms = List.copyOf(terms);
        }

        /** What this process is in an election. */
        public enum Role {
            /** It leads. */
            LEADER,
            /** Another one leads, or will. */
            FOLLOWER,
            /** The store cannot be asked. */
            UNKNOWN,
            /** It has left, as it stops. */
            LEFT,
            /** It has not joined: that happens at the start, if something is led there. */
            NOT_JOINED
        }
    }

    /**
     * A term of a leader.
     *
     * @param leader whose
     * @param here whether that is this process
     * @param fencingToken empty if it has none
     * @param since when it began; of another process, when it was first seen here
     * @param until when it ended, or was seen last; empty while it goes on
     * @param end why; empty while it goes on, and for another process
     */
    public record Term(
            String leader,
            boolean here,
            Optional<String> fencingToken,
            Instant since,
            Optional<Instant> until,
            Optional<String> end) {}

    /**
     * A job.
     *
     * @param name of the job
     * @param scheduler it is in; empty if it is switched off
     * @param election whose leader it runs on
     * @param state what it is about now
     * @param schedule when it runs, in words
     * @param expression the cron expression behind the words
     * @param deadline of a run
     * @param next when it runs next
     * @param running how many runs go on
     * @param queued how many wait
     * @param missed how many points were missed by more than the grace
     * @param outcomes how many runs ended in each way since the start
     * @param trouble what keeps it from going on
     * @param runs the last ones, the newest last
     */
    public record Job(
            String name,
            Optional<String> scheduler,
            Optional<String> election,
            State state,
            String schedule,
            Optional<String> expression,
            Optional<Duration> deadline,
            Optional<Instant> next,
            int running,
            int queued,
            long missed,
            Map<String, Long> outcomes,
            Optional<String> trouble,
            List<Run> runs) {
        /** Copies what is mutable. */
        public Job {
            outcomes = Map.copyOf(outcomes);
            runs = List.copyOf(runs);
        }

        /** What a job is about. */
        public enum State {
            /** A run goes on. */
            RUNNING,
            /** It waits for its next point. */
            WAITING,
            /** An operator has paused it. */
            PAUSED,
            /** It runs on the leader, and this process does not lead. */
            ELSEWHERE,
            /** Its scheduler does not run, although it should here. */
            STOPPED,
            /** The settings leave it out. */
            SWITCHED_OFF
        }
    }

    /**
     * A run of a job.
     *
     * @param id of the run
     * @param fire what started it
     * @param scheduled its point
     * @param lateness how much later it began
     * @param took how long it ran
     * @param outcome how it ended
     * @param correlationId to be looked for in the log, where the text of the error is
     * @param error the class of what it threw
     */
    public record Run(
            long id,
            String fire,
            Instant scheduled,
            Duration lateness,
            Duration took,
            String outcome,
            String correlationId,
            Optional<String> error) {}

    /**
     * How it will stop, or stops.
     *
     * @param state how far it is
     * @param budget for all of it
     * @param drainDelay between readiness down and the first hook
     * @param requestWait how long the host waits for requests in flight
     * @param needed how long the platform has to wait
     * @param gracePeriod how long it waits
     * @param warning what to do about it if that is too short
     * @param remaining of the budget, once it has begun
     * @param hooks in the order they run
     */
    public record Shutdown(
            String state,
            Duration budget,
            Duration drainDelay,
            Duration requestWait,
            Duration needed,
            Duration gracePeriod,
            Optional<String> warning,
            Optional<Duration> remaining,
            List<Hook> hooks) {
        /** Copies the list. */
        public Shutdown {
            hooks = List.copyOf(hooks);
        }
    }

    /**
     * A step of the stop.
     *
     * @param name of the hook
     * @param priority the smaller runs first
     * @param timeout how long it may take
     * @param outcome how it ended, or {@code running}; empty before that
     * @param took how long it took; empty before its end
     */
    public record Hook(
            String name, int priority, Duration timeout, Optional<String> outcome, Optional<Duration> took) {}

    /**
     * A pool of connections.
     *
     * @param kind {@code postgres} or {@code clickhouse}
     * @param name of the pool
     * @param address where it leads, without credentials; empty for a DataSource of the application
     * @param connections how busy it is; empty for a DataSource of the application
     * @param reconnects how often its connections were replaced
     * @param lastTrouble what went wrong last
     */
    public record Pool(
            String kind,
            String name,
            Optional<String> address,
            Optional<Connections> connections,
            long reconnects,
            Optional<Trouble> lastTrouble) {}

    /**
     * The connections of a pool.
     *
     * @param active lent out
     * @param idle ready
     * @param waiting callers that want one
     * @param max how many there may be
     */
    public record Connections(int active, int idle, int waiting, int max) {}

    /**
     * What went wrong in a pool, and what that means.
     *
     * @param at when
     * @param what the name of the error, or what failed
     * @param code of the server
     * @param action what the verdict says to do; empty if it was no call that failed
     */
    public record Trouble(Instant at, String what, OptionalInt code, Optional<String> action) {}

    /**
     * A server that the process needs.
     *
     * @param name of the check, as health checks call it
     * @param healthy whether it answered; empty if it has not been asked yet
     * @param message what came of it
     * @param asked when
     */
    public record Backend(String name, Optional<Boolean> healthy, String message, Optional<Instant> asked) {}

    /**
     * A setting that somebody has made.
     *
     * @param key of the setting
     * @param value masked if it is a secret
     * @param source where it comes from
     */
    public record Setting(String key, String value, String source) {}
}
