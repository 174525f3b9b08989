package io.github.pavelagarkov.kernel.examples.jakarta;

import java.util.OptionalLong;

/** An order. Immutable. */
public class Order {
    private final long id;
    private final String customer;
    private final long cents;
    private final State state;
    private final OptionalLong settledUnder;

    /** What can become of an order. */
    public enum State {
        /** Waits for the settlement. */
        OPEN,
        /** Is paid. */
        SETTLED
    }

    Order(long id, String customer, long cents, State state, OptionalLong settledUnder) {
        this.id = id;
        this.customer = customer;
        this.cents = cents;
        this.state = state;
        this.settledUnder = settledUnder;
    }

    /** {@return the id of the row} */
    public long getId() {
        return id;
    }

    /** {@return who ordered} */
    public String getCustomer() {
        return customer;
    }

    /** {@return how much} */
    public long getCents() {
        return cents;
    }

    /** {@return whether it is settled} */
    public State getState() {
        return state;
    }

    /** {@return the fencing token of the leader that settled it; empty while it is open} */
    public OptionalLong getSettledUnder() {
        return settledUnder;
    }
}
