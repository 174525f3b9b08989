package io.github.pavelagarkov.kernel.core.log;

import io.github.pavelagarkov.kernel.Check;
import io.github.pavelagarkov.kernel.clickhouse.Verdict;
import io.github.pavelagarkov.kernel.event.ClickHouseEvent;
import org.slf4j.Logger;

/** The lines of a pool of connections to ClickHouse. Not thread-safe, as the listener. */
record ClickHouseLines(Logger logger) {
    void attemptFailed(ClickHouseEvent.AttemptFailed event) {
        Verdict verdict = event.verdict();
        String code =
                verdict.code().isPresent() ? " (" + verdict.code().getAsInt() + " " + verdict.codeName() + ")" : "";
        // Whoever called gets an exception and says whether it matters; here it is one of many attempts.
        logger.debug(
                "clickhouse {} attempt {} failed: {}{}, {}",
                event.pool(),
                event.attempt(),
                verdict.reason(),
                code,
                event.next().map(pause -> "next in " + Durations.text(pause)).orElse("no more"));
    }

    void reconnected(ClickHouseEvent.Reconnected event) {
        logger.info(
                "clickhouse {} reconnected to {} in {}, {} connections still lent out",
                event.pool(),
                Check.printable(event.address()),
                Durations.text(event.report().took()),
                event.report().draining());
    }

    void reconnectFailed(ClickHouseEvent.ReconnectFailed event) {
        logger.warn(
                "clickhouse {} not reconnected, the old connections go on: {}",
                event.pool(),
                Check.printable(String.valueOf(event.cause().getMessage())));
    }

    void drained(ClickHouseEvent.Drained event) {
        if (event.report().clean()) {
            logger.debug("clickhouse {} old connections are back", event.pool());
        } else {
            logger.warn(
                    "clickhouse {} cut {} old connections that were still lent out after {}",
                    event.pool(),
                    event.report().cut(),
                    Durations.text(event.report().took()));
        }
    }
}
