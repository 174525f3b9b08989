/** The one reader and validator of settings behind {@code KernelConfig}; the table of keys is {@code ConfigKeys}. */
@NullMarked
package io.github.pavelagarkov.kernel.core.internal.config;

import org.jspecify.annotations.NullMarked;
