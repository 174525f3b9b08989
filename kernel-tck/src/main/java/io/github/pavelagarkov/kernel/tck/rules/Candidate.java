package io.github.pavelagarkov.kernel.tck.rules;

import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.tck.RecordedEvents;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckTime;
import java.util.List;

/** One process that takes part in elections: its elector, its events, and its listener for the election "cron". */
final class Candidate extends Callbacks {
    final TckNode node;
    final RecordedEvents events;
    final LeaderElector elector;

    Candidate(TckNode node, RecordedEvents events, LeaderElector elector, List<String> log, TckTime time) {
        super(node.identity(), log, time);
        this.node = node;
        this.events = events;
        this.elector = elector;
    }
}
