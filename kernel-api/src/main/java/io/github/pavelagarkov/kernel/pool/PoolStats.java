package io.github.pavelagarkov.kernel.pool;

/**
 * How busy a pool is at one moment.
 *
 * @param active connections that are lent out
 * @param idle connections that wait for somebody
 * @param waiting callers that wait for a connection
 * @param total connections there are, lent out or not
 * @param max connections there may be
 */
public record PoolStats(int active, int idle, int waiting, int total, int max) {
    /** {@return whether whoever comes now has to wait until somebody gives one back} */
    public boolean exhausted() {
        return idle == 0 && total >= max;
    }

    /** {@return the sentence for an operator} */
    @Override
    public String toString() {
        return active + " of " + max + " connections lent out, " + idle + " idle, " + waiting + " callers waiting";
    }
}
