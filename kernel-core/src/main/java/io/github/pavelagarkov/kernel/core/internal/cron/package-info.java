/**
 * Cron expressions: cron-utils reads them, the rules for time zones are ours. The only package that sees {@code
 * com.cronutils}, and only when an expression is parsed. Internal: may change without notice.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.internal.cron;

import org.jspecify.annotations.NullMarked;
