/**
 * A small shop on Dropwizard. Start with {@link io.github.pavelagarkov.kernel.examples.shop.ShopApplication}: one bundle brings
 * the pool, the leader, its job, readiness and the ordered stop; everything else is plain Dropwizard and JDBI.
 */
@NullMarked
package io.github.pavelagarkov.kernel.examples.shop;

import org.jspecify.annotations.NullMarked;
