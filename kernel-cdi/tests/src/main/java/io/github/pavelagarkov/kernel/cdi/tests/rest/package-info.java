/** Two REST applications of one web application. */
@NullMarked
package io.github.pavelagarkov.kernel.cdi.tests.rest;

import org.jspecify.annotations.NullMarked;
