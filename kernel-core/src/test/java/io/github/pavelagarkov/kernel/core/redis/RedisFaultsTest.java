package io.github.pavelagarkov.kernel.core.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.core.leases.CandidateMain;
import io.github.pavelagarkov.kernel.core.leases.Candidates;
import io.github.pavelagarkov.kernel.core.leases.Candidates.Candidate;
import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal;
import io.github.pavelagarkov.kernel.tck.process.RedisCommand;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Three candidates in JVMs of their own, one Redis, real faults. After each of them somebody leads, tokens have grown, and no
 * two ever led at once.
 *
 * <p>One exception, as Redis cannot keep what it has lost: when its data are destroyed under a leader while all are connected,
 * the next one may begin before the first has noticed. That is what fencing tokens are for; it ends with the lease the leader trusts.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RedisFaultsTest {
    private static final String KEY = "kernel:faults:election:" + CandidateMain.ELECTION;

    private final RedisProcess redis =
            RedisProcess.builder().requirepass("right1").start();
    private final Candidates candidates = Candidates.in(redis);
    /** When data were destroyed. */
    private final List<Long> losses = new ArrayList<>();

    @BeforeAll
    void start() {
        candidates.start();
        candidates.start();
        candidates.start();
    }

    @AfterAll
    void end() {
        candidates.close();
        redis.close();
    }

    @AfterEach
    void nobodyEverLedBesideAnother() {
        candidates.awaitLeader();
        LeadershipJournal journal = candidates.journal();

        assertThat(journal.tokensIncrease())
                .as("tokens increase in %s", journal.intervals())
                .isTrue();
        assertThat(journal.overlaps()).allMatch(this::followsALoss);
    }

    private boolean followsALoss(LeadershipJournal.Overlap overlap) {
        long lease = CandidateMain.LEASE.toNanos();
        long begin = overlap.second().from();
        return overlap.nanos().orElse(Long.MAX_VALUE) < lease
                && losses.stream().anyMatch(loss -> begin - loss > 0 && begin - loss < 5 * lease);
    }

    @Test
    void le10_aLeaderThatIsKilledIsFollowed() {
        Candidate leader = candidates.awaitLeader();

        candidates.kill(leader);

        candidates.awaitSuccessor(leader);
        candidates.start();
    }

    @Test
    void le3_aLeaderThatWasStoppedLongerThanItsLeaseKnowsItAtOnce() {
        Candidate leader = candidates.awaitLeader();
        leader.process().signal("STOP");
        long before = leader.now();

        candidates.awaitSuccessor(leader);
        leader.process().signal("CONT");

        assertThat(leader.awaitAfter(before, "^woke ").text()).isEqualTo("woke isLeader=false term=false");
        assertThat(leader.awaitAfter(before, "^demoted ").text()).matches("demoted (LEASE_EXPIRED|TAKEN_OVER)");
    }

    @Test
    void le8_aRedisThatIsFrozenForLessThanTheLeaseIsTroubleAndNoEnd() {
        Candidate leader = candidates.awaitLeader();
        long before = leader.now();

        redis.pause();
        leader.awaitAfter(before, "^status (leader, trouble: |unknown: ).*did not answer");
        redis.resume();

        candidates.awaitLeader();
    }

    @Test
    void le2_aRedisThatIsFrozenForLongerThanTheLeaseEndsTheTermBeforeItsKeyDies() {
        Candidate leader = candidates.awaitLeader();
        long before = leader.now();

        redis.pause();
        leader.awaitAfter(before, "^demoted LEASE_EXPIRED");
        redis.resume();

        candidates.awaitLeader();
    }

    @Test
    void aRedisThatDiesAndComesBackEmptyElectsAgainAndNobodyLeadsBesideTheOldLeader() {
        Candidate leader = candidates.awaitLeader();
        Map<Candidate, Long> before = candidates.now();

        redis.kill();
        candidates.awaitEach(before, "^status .*cannot be reached");
        redis.restart();

        // Between the two the leader went on by its lease, or not: both are right. The others saw its lease, and wait.
        assertThat(candidates.awaitLeader().process().isAlive()).isTrue();
        assertThat(leader.process().isAlive()).isTrue();
    }

    @Test
    void aRedisThatStaysAwayEndsTheTerm() {
        Candidate leader = candidates.awaitLeader();
        long before = leader.now();

        redis.kill();
        leader.awaitAfter(before, "^demoted LEASE_EXPIRED");
        redis.restart();

        candidates.awaitLeader();
    }

    @Test
    void aPausedRedisIsSurvived() {
        candidates.awaitLeader();
        Map<Candidate, Long> before = candidates.now();

        redis.send("CLIENT", "PAUSE", "1500", "ALL");

        candidates.awaitEach(before, "^status .*did not answer");
        candidates.awaitEach(before, "^status (leader$|Follower)");
    }

    @Test
    void cutConnectionsAndLostScriptsAreSurvived() {
        Candidate leader = candidates.awaitLeader();
        long before = leader.now();

        redis.send("CLIENT", "KILL", "TYPE", "normal");
        redis.send("CLIENT", "KILL", "TYPE", "pubsub");
        redis.send("SCRIPT", "FLUSH");

        leader.awaitAfter(before, "lease-until");
    }

    @Test
    void le8_aDeletedKeyEndsTheTermAtOnce() {
        Candidate leader = candidates.awaitLeader();
        long before = leader.now();

        losses.add(System.nanoTime());
        redis.send("DEL", KEY);

        assertThat(leader.awaitAfter(before, "^demoted ").text()).matches("demoted (KEY_LOST|TAKEN_OVER)");
    }

    @Test
    void le6_destroyedDataEndTheTermAndTokensGoOnGrowing() {
        Candidate leader = candidates.awaitLeader();
        long before = leader.now();

        losses.add(System.nanoTime());
        redis.send("FLUSHALL");

        assertThat(leader.awaitAfter(before, "^demoted ").text()).matches("demoted (KEY_LOST|TAKEN_OVER)");
    }

    @Test
    void aKeyWithoutAnEndIsMendedByItsLeaderAndReportedByTheOthers() {
        Candidate leader = candidates.awaitLeader();
        redis.send("PERSIST", KEY);

        await().atMost(RedisFixture.PATIENCE)
                .until(() -> Long.parseLong(redis.send("PTTL", KEY).text()) > 0);

        long line = leader.now();
        redis.send("SET", KEY, "somebody");
        leader.awaitAfter(line, "^demoted TAKEN_OVER");
        leader.awaitAfter(line, "^status .*held by somebody without an end");
        redis.send("DEL", KEY);
    }

    @Test
    void le17_aPasswordThatNoLongerFitsIsSeenAndEndsTheTerm() {
        Candidate leader = candidates.awaitLeader();
        Map<Candidate, Long> before = candidates.now();
        long line = leader.now();
        RedisCommand changed = RedisCommand.at(redis.port(), "right2");

        redis.send("CONFIG", "SET", "requirepass", "right2");
        changed.send("CLIENT", "KILL", "TYPE", "normal");

        candidates.awaitEach(before, "^status unknown: .*refused the login: WRONGPASS, wrong user or password$");
        leader.awaitAfter(line, "^demoted LEASE_EXPIRED");
        changed.send("CONFIG", "SET", "requirepass", "right1");
    }
}
