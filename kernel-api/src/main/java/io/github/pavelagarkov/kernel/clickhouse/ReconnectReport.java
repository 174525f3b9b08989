package io.github.pavelagarkov.kernel.clickhouse;

import java.time.Duration;

/**
 * What came of a reconnect that did not fail.
 *
 * @param swapped whether new connections were opened for this call; false if the settings in force are the same and the
 *     connections are younger than {@link ClickHousePool#RECONNECT_PAUSE}
 * @param draining connections that were lent out at the swap and may go on for {@link ClickHouseSettings#drainTimeout()}
 * @param took how long it took, without the draining
 */
public record ReconnectReport(boolean swapped, int draining, Duration took) {}
