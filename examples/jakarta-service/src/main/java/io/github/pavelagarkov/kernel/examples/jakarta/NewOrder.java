package io.github.pavelagarkov.kernel.examples.jakarta;

import jakarta.ws.rs.BadRequestException;
import org.jspecify.annotations.Nullable;

/** What a customer sends. */
public class NewOrder {
    private @Nullable String customer;
    private long cents;

    /** For JSON. */
    public NewOrder() {}

    /**
     * Takes who orders.
     *
     * @param customer not blank
     */
    public void setCustomer(@Nullable String customer) {
        this.customer = customer;
    }

    /**
     * Takes how much.
     *
     * @param cents positive
     */
    public void setCents(long cents) {
        this.cents = cents;
    }

    String customer() {
        String given = customer;
        if (given == null || given.isBlank()) {
            throw new BadRequestException("customer must not be blank");
        }
        return given;
    }

    long cents() {
        if (cents <= 0) {
            throw new BadRequestException("cents must be positive, was " + cents);
        }
        return cents;
    }
}
