/**
 * What all contracts share: exceptions, cancellation, registrations, argument checks.
 *
 * <p>Start with the package of the concern you have: {@code leader}, {@code lock}, {@code job}, {@code shutdown},
 * {@code readiness}, {@code clickhouse}; {@code time} and {@code event} are underneath all of them. The rules that every
 * implementation keeps stand in {@code SPEC.md}, one line each.
 *
 * <p>Not promised: an implementation. This module holds types; {@code kernel-core} holds the engines.
 */
@NullMarked
package io.github.pavelagarkov.kernel;

import org.jspecify.annotations.NullMarked;
