/**
 * What a kernel does and why, for people: one page and the {@code status.json} that it is drawn from. Start with {@link
 * io.github.pavelagarkov.kernel.core.dashboard.Dashboard}.
 *
 * <p>Promised: reading it changes nothing and waits for no backend; it shows no secret and no text of an exception that came
 * out of a job. Not promised: that {@code status.json} keeps its shape between versions, as it is made for the page beside it.
 */
@NullMarked
package io.github.pavelagarkov.kernel.core.dashboard;

import org.jspecify.annotations.NullMarked;
