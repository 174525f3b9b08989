package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.Registration;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.leader.LeaseTiming;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.rules.LeaderElectionRules;
import java.time.Duration;
import java.util.Optional;

/** Electors that are broken in how they wait for a lease. "As the Go seed" is a defect of the library that this one replaces. */
final class BrokenPolls {
    private BrokenPolls() {}

    /** As the Go seed: polls, and hears of no release. */
    @Breaks(value = "LE-9", in = LeaderElectionRules.class, says = "hears of the release")
    public static final class HearsNothing extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeaseStore store(LeaseStore real) {
                    return new ForwardingStore(real) {
                        @Override
                        public Registration subscribe(ReleaseListener listener) {
                            return () -> true;
                        }
                    };
                }
            };
        }
    }

    /** Trusts in notifications, and polls when the lease is over. */
    @Breaks(value = "LE-9", in = LeaderElectionRules.class, says = "polls, as the notification was lost")
    public static final class DoesNotPoll extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                ElectionSpec spec(ElectionSpec given) {
                    LeaseTiming timing = given.timing();
                    return with(
                            given,
                            new LeaseTiming(
                                    timing.lease(),
                                    timing.margin(),
                                    timing.renew(),
                                    timing.jitter(),
                                    timing.attempt(),
                                    timing.pause(),
                                    timing.lease().multipliedBy(2),
                                    timing.forcedStop()));
                }
            };
        }
    }

    /** As the Go seed: polls on its own rhythm, whatever is left of the lease. */
    @Breaks(value = "LE-10", in = LeaderElectionRules.class, says = "knows when the lease of a ends")
    public static final class PollsOnItsOwnRhythm extends BrokenNode.Provider {
        @Override
        BrokenNode broken(TckNode node) {
            return new BrokenNode(node) {
                @Override
                LeaseStore store(LeaseStore real) {
                    return new ChangedStore(
                            real,
                            request -> request,
                            (request, reply) -> reply instanceof LeaseReply.Taken
                                    ? new LeaseReply.Taken(Optional.of(Duration.ofHours(1)))
                                    : reply);
                }
            };
        }
    }

    private static ElectionSpec with(ElectionSpec given, LeaseTiming timing) {
        return ElectionSpec.builder(given.name())
                .timing(timing)
                .stopTimeout(given.stopTimeout())
                .backOff(given.backOff(), given.backOffMax())
                .build();
    }
}
