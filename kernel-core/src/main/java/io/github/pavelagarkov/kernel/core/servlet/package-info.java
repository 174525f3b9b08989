/** For hosts with servlets. The only package of kernel-core that sees them; they are optional. */
@NullMarked
package io.github.pavelagarkov.kernel.core.servlet;

import org.jspecify.annotations.NullMarked;
