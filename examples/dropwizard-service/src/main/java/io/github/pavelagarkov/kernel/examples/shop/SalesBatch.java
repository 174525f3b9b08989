package io.github.pavelagarkov.kernel.examples.shop;

import java.util.List;

/**
 * Orders that are sent together, the same whenever it is asked for.
 *
 * @param number of the batch
 * @param orders by id
 */
record SalesBatch(long number, List<Order> orders) {}
