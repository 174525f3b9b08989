package io.github.pavelagarkov.kernel.pool;

import java.time.Duration;

/**
 * How a pool was closed.
 *
 * @param cut connections that were still lent out at the end and were cut: their users got an error
 * @param complete whether everything had ended in time; otherwise a thread of the pool is left behind, which ends by itself
 * @param took how long it took
 */
public record PoolCloseReport(int cut, boolean complete, Duration took) {
    /** {@return whether all connections had come back and everything had ended} */
    public boolean clean() {
        return cut == 0 && complete;
    }
}
