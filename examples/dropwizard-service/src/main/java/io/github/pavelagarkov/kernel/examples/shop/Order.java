package io.github.pavelagarkov.kernel.examples.shop;

import java.util.Optional;

/**
 * An order.
 *
 * @param id of the row
 * @param customer who ordered
 * @param cents how much
 * @param state whether it is settled
 * @param settledUnder the fencing token of the leader that settled it; empty while it is open
 */
public record Order(long id, String customer, long cents, State state, Optional<Long> settledUnder) {
    /** What can become of an order. */
    public enum State {
        /** Waits for the settlement. */
        OPEN,
        /** Is paid. */
        SETTLED
    }
}
