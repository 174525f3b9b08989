/**
 * Log lines and the log context, over slf4j; the only package of kernel-core that sees it. Start with {@link
 * io.github.pavelagarkov.kernel.core.log.KernelLog}.
 *
 * <p>Promised: one event is one line that names its subject first, and no line holds a secret, an SQL parameter or a raw
 * header of kernel's own. Not promised: a format; JSON or text is the business of the host's encoder.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.log;

import org.jspecify.annotations.NullMarked;
