package io.github.pavelagarkov.kernel.tck.junit;

import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.Term;
import java.time.Instant;
import java.util.Optional;

/**
 * One term that the kernel under test led.
 *
 * @param term with its token
 * @param won when it began
 * @param lost when it was over, its work included; empty while it goes on
 * @param reason why it ended; empty while it goes on
 */
public record LedTerm(Term term, Instant won, Optional<Instant> lost, Optional<DemotionReason> reason) {}
