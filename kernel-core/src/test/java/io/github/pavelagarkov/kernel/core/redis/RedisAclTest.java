package io.github.pavelagarkov.kernel.core.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelConfig;
import io.github.pavelagarkov.kernel.event.KernelEvent;
import io.github.pavelagarkov.kernel.event.LeaderEvent;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.LeadershipListener;
import io.github.pavelagarkov.kernel.leader.LeadershipStatus;
import io.github.pavelagarkov.kernel.leader.Term;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A Redis whose administrator has given the user of the service the keys and no channel. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RedisAclTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final RedisProcess redis = RedisProcess.builder()
            .config("user shop on >right1 ~* +@all resetchannels")
            .start();

    @AfterAll
    void end() {
        redis.close();
    }

    private Kernel start(List<KernelEvent> events) {
        Kernel kernel = Kernel.builder()
                .config(KernelConfig.of(Map.of(
                        "kernel.application", "shop",
                        "kernel.redis.uri", "redis://shop:right1@127.0.0.1:" + redis.port(),
                        "kernel.leader.defaults.poll-max", "1s")))
                .election("cron", new LeadershipListener() {
                    @Override
                    public void onElected(LeaderScope scope) {}

                    @Override
                    public void onDemoted(Term term, DemotionReason reason) {}
                })
                .onEvent("test", events::add)
                .build();
        kernel.start();
        return kernel;
    }

    private static List<LeaderEvent> about(List<KernelEvent> events, Class<? extends LeaderEvent> type) {
        return events.stream()
                .filter(type::isInstance)
                .<LeaderEvent>map(type::cast)
                .toList();
    }

    @Test
    void le17_refusedSubscriptionIsToldOnceAndLeasesChangeHandsByPolling() {
        List<KernelEvent> first = new CopyOnWriteArrayList<>();
        List<KernelEvent> second = new CopyOnWriteArrayList<>();
        Kernel leader = start(first);
        await().atMost(SOON).until(() -> leader.election("cron").isLeader());
        try (Kernel candidate = start(second)) {
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(about(second, LeaderEvent.ReleasesUnheard.class))
                            .singleElement()
                            .extracting(event -> ((LeaderEvent.ReleasesUnheard) event)
                                    .cause()
                                    .getMessage())
                            .asString()
                            .startsWith("SUBSCRIBE kernel:shop:released is refused, see the ACL of the user: redis:"));

            leader.close();

            await().atMost(SOON).until(() -> candidate.election("cron").isLeader());
            assertThat(about(first, LeaderEvent.Lost.class))
                    .singleElement()
                    .extracting(event -> ((LeaderEvent.Lost) event).released())
                    .as("that nobody could be told of the release takes nothing back")
                    .isEqualTo(true);
            assertThat(about(first, LeaderEvent.ReleasesUnheard.class))
                    .as("refused twice: to subscribe and to publish")
                    .hasSize(1);
            redis.send("ACL", "SETUSER", "shop", "allchannels");
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(about(second, LeaderEvent.ReleasesHeard.class))
                            .hasSize(1));
            assertThat(about(second, LeaderEvent.ReleasesUnheard.class)).hasSize(1);
            assertThat(candidate.election("cron").status())
                    .as("who hears nothing can lead all the same")
                    .isInstanceOf(LeadershipStatus.Leader.class);
        }
    }
}
