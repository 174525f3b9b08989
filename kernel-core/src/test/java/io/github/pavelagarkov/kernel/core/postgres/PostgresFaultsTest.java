package io.github.pavelagarkov.kernel.core.postgres;

import static io.github.pavelagarkov.kernel.core.leases.StoreCalls.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.core.leases.CandidateMain;
import io.github.pavelagarkov.kernel.core.leases.Candidates;
import io.github.pavelagarkov.kernel.core.leases.Candidates.Candidate;
import io.github.pavelagarkov.kernel.tck.Rule;
import io.github.pavelagarkov.kernel.tck.process.LeadershipJournal;
import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Three candidates in JVMs of their own, one PostgreSQL, real faults. After each of them somebody leads, tokens have grown, and
 * no two ever led at once; but for a table that is dropped under a leader, for nothing remembers what it has lost.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresFaultsTest {
    private final PostgresProcess postgres = PostgresProcess.start();
    private final Candidates candidates = Candidates.in(postgres);
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
        postgres.close();
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
    void le9_aLeaderThatEndsInGoodOrderIsFollowedByNotificationAndNotByPolling() {
        Candidate leader = candidates.awaitLeader();

        candidates.terminate(leader);
        candidates.awaitSuccessor(leader);
        candidates.start();

        List<LeadershipJournal.HandOver> all = candidates.journal().handOvers();
        long nobody = all.get(all.size() - 1).nanos();
        // Polling would take up to a third of the lease, expiry all of it.
        assertThat(nobody).isBetween(0L, CandidateMain.LEASE.toNanos() / 3);
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
    void le8_aServerThatIsFrozenForLessThanTheLeaseIsTroubleAndNoEnd() {
        Candidate leader = candidates.awaitLeader();
        long before = leader.now();

        postgres.pause();
        leader.awaitAfter(before, "^status (leader, trouble: |unknown: ).*did not answer");
        postgres.resume();

        candidates.awaitLeader();
    }

    @Test
    void le2_aServerThatIsFrozenForLongerThanTheLeaseEndsTheTermBeforeTheRowExpires() {
        Candidate leader = candidates.awaitLeader();
        long before = leader.now();

        postgres.pause();
        leader.awaitAfter(before, "^demoted LEASE_EXPIRED");
        postgres.resume();

        candidates.awaitLeader();
    }

    @Rule("PG-5")
    void pg5_aServerThatDiesAndComesBackHasLostNothing() {
        candidates.awaitLeader();
        Map<Candidate, Long> before = candidates.now();

        postgres.kill();
        candidates.awaitEach(before, "^status .*(cannot be reached|ended the connection)");
        postgres.restart();

        candidates.awaitLeader();
    }

    @Test
    void aServerThatStaysAwayEndsTheTerm() {
        Candidate leader = candidates.awaitLeader();
        long before = leader.now();

        postgres.stop();
        leader.awaitAfter(before, "^demoted LEASE_EXPIRED");
        postgres.restart();

        candidates.awaitLeader();
    }

    @Test
    void connectionsThatAreCutAreSurvived() {
        Candidate leader = candidates.awaitLeader();
        long before = leader.now();

        postgres.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kernel'");

        leader.awaitAfter(before, "lease-until");
    }

    @Test
    void le6_aTableThatIsDroppedEndsTheTermAndTokensGoOnGrowing() {
        Candidate leader = candidates.awaitLeader();
        long before = leader.now();

        losses.add(System.nanoTime());
        postgres.query("DROP TABLE kernel_lease");

        assertThat(leader.awaitAfter(before, "^demoted ").text()).matches("demoted (KEY_LOST|TAKEN_OVER)");
    }

    @Test
    void le17_aServerThatOnlyReadsIsSeenAndEndsTheTerm() {
        Candidate leader = candidates.awaitLeader();
        Map<Candidate, Long> before = candidates.now();
        long line = leader.now();

        postgres.query("ALTER SYSTEM SET default_transaction_read_only = on");
        postgres.query("SELECT pg_reload_conf()");

        candidates.awaitEach(before, "^status .*is read-only: a standby, or default_transaction_read_only is on");
        leader.awaitAfter(line, "^demoted LEASE_EXPIRED");
        postgres.query("ALTER SYSTEM RESET default_transaction_read_only");
        postgres.query("SELECT pg_reload_conf()");
    }

    @Test
    void aLeaseWithoutAnEndIsMendedByItsLeader() {
        candidates.awaitLeader();

        postgres.query("UPDATE kernel_lease SET expires_at = 'infinity'");

        await().atMost(PATIENCE)
                .until(() -> postgres.query("SELECT isfinite(expires_at) FROM kernel_lease")
                        .equals(List.of(List.of("t"))));
    }
}
