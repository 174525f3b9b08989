package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.leader.LeaderInfo;
import io.github.pavelagarkov.kernel.leader.LeaseKey;
import io.github.pavelagarkov.kernel.leader.LeaseReply;
import io.github.pavelagarkov.kernel.leader.LeaseStore;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.TckBackend;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import io.github.pavelagarkov.kernel.tck.rules.LeaderElectionRules;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Electors that are broken in the tokens they hand out. */
final class BrokenTokens {
    private BrokenTokens() {}

    /** Hands out other tokens than the store does. */
    private abstract static class Tokens extends MemoryProvider {
        /** {@return makes the token of each term; called once for each} */
        abstract TokenSource source();

        @FunctionalInterface
        interface TokenSource {
            long next(String identity);

            default void dataLost() {}
        }

        @Override
        public KernelFixture open(TckSetup setup) {
            TokenSource source = source();
            Map<Long, Long> given = new ConcurrentHashMap<>();
            MemoryNetwork network = new MemoryNetwork(setup);
            return new MemoryFixture(network) {
                @Override
                LeaseStore store(TckNode node) {
                    return new ChangedStore(
                            super.store(node),
                            request -> request,
                            (request, reply) -> reply instanceof LeaseReply.Held held
                                    ? new LeaseReply.Held(given.computeIfAbsent(
                                            held.fencingToken(), real -> source.next(request.identity())))
                                    : reply) {
                        @Override
                        public CompletionStage<Optional<LeaderInfo>> holder(LeaseKey key) {
                            return super.holder(key)
                                    .thenApply(holder -> holder.map(leader -> new LeaderInfo(
                                            leader.identity(),
                                            OptionalLong.of(given.getOrDefault(
                                                    leader.fencingToken().orElse(0), 1L)))));
                        }
                    };
                }

                @Override
                public Optional<TckBackend> backend() {
                    return Optional.of(new ForwardingBackend(network) {
                        @Override
                        public void loseData() {
                            super.loseData();
                            source.dataLost();
                        }
                    });
                }
            };
        }
    }

    /** Counts the terms of each process, not those of the election. */
    @Breaks(value = "LE-6a", in = LeaderElectionRules.class, says = "tokens of the terms, in order")
    public static final class CountsItsOwnTerms extends Tokens {
        @Override
        TokenSource source() {
            Map<String, AtomicLong> terms = new ConcurrentHashMap<>();
            return identity ->
                    terms.computeIfAbsent(identity, name -> new AtomicLong()).incrementAndGet();
        }
    }

    /** Has a counter in the store, as many do: it begins anew when its key is lost. */
    @Breaks(value = "LE-6b", in = LeaderElectionRules.class, says = "token after the loss of data")
    public static final class CountsInTheStore extends Tokens {
        @Override
        TokenSource source() {
            AtomicLong counter = new AtomicLong();
            return new TokenSource() {
                @Override
                public long next(String identity) {
                    return counter.incrementAndGet();
                }

                @Override
                public void dataLost() {
                    counter.set(0);
                }
            };
        }
    }
}
