package io.github.pavelagarkov.kernel.examples.chaos;

import java.time.Duration;

/**
 * One planned fault.
 *
 * @param kind what happens
 * @param victim which replica, from 0; {@link #LEADER} for whoever leads when it hits. Without meaning for the store's faults.
 * @param at when it hits, after its burst has begun
 * @param lasts until it is healed; zero if it is over at once
 * @param amount what the kind says: milliseconds of a delay, bytes before a cut
 */
record Fault(Kind kind, int victim, Duration at, Duration lasts, int amount) {
    static final int LEADER = -1;

    /** What can happen, how often compared with the others, and for how long in hundredths of a lease. */
    enum Kind {
        KILL(10, 10, 60, "kill -9, started again"),
        STOP(4, 10, 60, "SIGTERM, started again"),
        PAUSE(14, 70, 180, "SIGSTOP, mostly beyond the lease, then SIGCONT"),
        BLACK_HOLE(10, 20, 180, "network swallows all, both ways"),
        STALL(8, 20, 180, "network holds all back and delivers it late"),
        LOST_REPLIES(10, 20, 150, "requests arrive, answers do not"),
        LOST_REQUESTS(4, 20, 150, "requests do not arrive"),
        STALLED_REPLIES(6, 20, 150, "answers arrive late"),
        DELAY(8, 20, 150, "every byte is late by some milliseconds"),
        RESET(10, 0, 0, "all connections reset"),
        CUT(6, 20, 100, "connections cut inside an answer"),
        REFUSE(6, 20, 150, "connections reset and new ones refused"),
        STORE_PAUSE(5, 20, 150, "the store stands still"),
        STORE_RESTART(4, 0, 180, "the store is killed and started again"),
        STORE_LOSES_DATA(5, 0, 0, "the store forgets everything"),
        STORE_ENDS_SESSIONS(4, 0, 0, "the store ends all sessions");

        final int weight;
        final int shortest;
        final int longest;
        final String what;

        Kind(int weight, int shortest, int longest, String what) {
            this.weight = weight;
            this.shortest = shortest;
            this.longest = longest;
            this.what = what;
        }

        boolean hitsStore() {
            return name().startsWith("STORE_");
        }

        boolean hitsProcess() {
            return this == KILL || this == STOP || this == PAUSE;
        }
    }

    @Override
    public String toString() {
        String whom = kind.hitsStore() ? "store" : victim == LEADER ? "leader" : "replica " + victim;
        return "+" + at.toMillis() + " ms " + kind + " " + whom
                + (lasts.isZero() ? "" : " for " + lasts.toMillis() + " ms")
                + (amount == 0 ? "" : " (" + amount + ")");
    }
}
