package io.github.pavelagarkov.kernel.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.job.Job;
import io.github.pavelagarkov.kernel.job.JobContext;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.Rule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** What a kernel does only while it leads, in virtual time. */
final class KernelLeadershipTest {
    private final KernelFixture on = new KernelFixture();
    private final List<Long> tokens = new CopyOnWriteArrayList<>();

    private JobSpec settle(String who) {
        return JobSpec.named("settle")
                .every(Duration.ofSeconds(1))
                .task(context -> {
                    tokens.add(context.term().orElseThrow().fencingToken());
                    on.log.add(who);
                })
                .build();
    }

    @Test
    void ls4_leaderJobRunsOnOneOfTwoAndSeesItsTerm() {
        Kernel first = on.builder().leaderJob("billing", settle("first")).build();
        Kernel second = on.builder().leaderJob("billing", settle("second")).build();
        first.start();
        on.clock.advance(Duration.ofMillis(100));
        second.start();
        on.clock.advance(Duration.ofSeconds(5));

        assertThat(on.log).isNotEmpty().containsOnly("first");
        assertThat(tokens)
                .containsOnly(first.elector()
                        .election("billing")
                        .orElseThrow()
                        .term()
                        .orElseThrow()
                        .fencingToken());
        long before = tokens.get(0);
        on.log.clear();
        tokens.clear();

        on.stop(first);

        assertThat(on.log).isNotEmpty().containsOnly("second");
        assertThat(tokens).isNotEmpty().allMatch(token -> token > before);
        on.stop(second);
    }

    @Test
    void ls3_forcedDemotionStopsTheWorkWithItsReason() {
        Kernel kernel = on.builder()
                .supervise("billing", on.work("work"))
                .leaderJob("billing", settle("run"))
                .build();
        kernel.start();
        on.clock.advance(Duration.ofMillis(1500));
        assertThat(on.log).containsExactly("work started", "run");

        on.store.cutOff();
        on.clock.advance(Duration.ofSeconds(30));

        assertThat(on.log).contains("work stopped LEASE_EXPIRED");
        int runs = tokens.size();
        on.clock.advance(Duration.ofSeconds(30));
        assertThat(tokens).hasSize(runs);
        assertThat(kernel.readiness().isReady()).isTrue();
        on.stop(kernel);
    }

    @Test
    void listenerOfAnElectionIsToldOfEveryTerm() {
        Kernel kernel = on.builder()
                .election("billing", new LeadershipListener() {
                    @Override
                    public void onElected(LeaderScope scope) {
                        on.log.add("elected " + scope.term().election());
                    }

                    @Override
                    public void onDemoted(Term term, DemotionReason reason) {
                        on.log.add("demoted " + term.election() + " " + reason);
                    }
                })
                .build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(1));

        on.stop(kernel);

        assertThat(on.log).containsExactly("elected billing", "demoted billing CLOSED");
    }

    /** Public, as the methods of a bean are. */
    public static final class Bean {
        private final List<String> log;

        Bean(List<String> log) {
            this.log = log;
        }

        @Job(every = "{tick:1s}")
        public void everywhere() {
            log.add("everywhere");
        }

        @Job(every = "1s", leader = "billing")
        public void onTheLeader(JobContext context) {
            log.add("leader " + context.term().isPresent());
        }
    }

    @Test
    void annotatedJobsRunWhereTheySay() {
        Kernel kernel = on.builder("kernel.leader.names", "billing")
                .jobs(new Bean(on.log))
                .build();
        kernel.start();

        on.clock.advance(Duration.ofMillis(1500));

        assertThat(on.log).containsExactlyInAnyOrder("everywhere", "leader true");
        assertThat(kernel.scheduler("billing").job("on-the-leader")).isPresent();
        on.stop(kernel);
    }

    private Kernel overrun(String reaction) {
        Kernel kernel = on.builder("kernel.leader.defaults.on-overrun", reaction)
                .supervise("billing", on.stubborn())
                .build();
        kernel.start();
        on.clock.advance(Duration.ofSeconds(1));
        on.store.cutOff();
        on.clock.advance(Duration.ofSeconds(30));
        return kernel;
    }

    @Rule("LE-18")
    void le18_logReactionLeavesLivenessAlone() {
        Kernel kernel = overrun("log");

        assertThat(kernel.notLive()).isEmpty();
        on.stop(kernel);
    }

    @Rule("LE-18")
    void le18_healthDownReactionTakesLivenessDown() {
        Kernel kernel = overrun("health-down");

        assertThat(kernel.notLive().orElseThrow())
                .startsWith("work of election 'billing' goes on although the lease of its term ");
        on.stop(kernel);
    }
}
