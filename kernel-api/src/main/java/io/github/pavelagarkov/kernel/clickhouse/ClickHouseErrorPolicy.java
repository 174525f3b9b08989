package io.github.pavelagarkov.kernel.clickhouse;

/**
 * Decides what to do about a failed ClickHouse call. Pure, thread-safe, never throws.
 *
 * @see <a href="SPEC.md">SPEC.md CH-1, CH-2</a>
 */
@FunctionalInterface
public interface ClickHouseErrorPolicy {
    /**
     * Judges a failure.
     *
     * @param failure what the driver threw, wrapped or not
     * @return what to do
     */
    Verdict judge(Throwable failure);
}
