package io.github.pavelagarkov.kernel.examples.shop;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;

/**
 * What a customer sends.
 *
 * @param customer who orders
 * @param cents how much; positive
 */
public record NewOrder(@NotBlank String customer, @Positive long cents) {}
