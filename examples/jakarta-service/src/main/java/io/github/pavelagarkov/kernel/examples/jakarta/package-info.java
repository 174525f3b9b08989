/**
 * A small shop for any Jakarta EE or MicroProfile server. Start with {@link
 * io.github.pavelagarkov.kernel.examples.jakarta.Settlement}: the jar of kernel-cdi in the WAR brings the pool, the leader, its
 * job, readiness and the ordered stop; everything else is plain Jakarta REST and JDBC.
 */
@NullMarked
package io.github.pavelagarkov.kernel.examples.jakarta;

import org.jspecify.annotations.NullMarked;
