package io.github.pavelagarkov.kernel.core.internal.job;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Numbers the runs of one scheduler and derives their correlation ids. */
final class RunIds {
    /** Odd and well spread: makes ids of following runs look nothing alike. */
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final long seed = ThreadLocalRandom.current().nextLong();
    private long last;

    /** {@return the next number}. INVARIANT: called with the engine's lock held. */
    long next() {
        return ++last;
    }

    String correlationId(long runId) {
        long mixed = (seed + runId) * MIX;
        mixed = (mixed ^ (mixed >>> 32)) * MIX;
        return HexFormat.of().toHexDigits(mixed ^ (mixed >>> 29));
    }
}
