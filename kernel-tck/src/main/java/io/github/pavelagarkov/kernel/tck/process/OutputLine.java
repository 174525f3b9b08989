package io.github.pavelagarkov.kernel.tck.process;

/**
 * A line that a process wrote to its standard output or error.
 *
 * @param sequence in which order it was received: 1 for the first line of the process, without gaps
 * @param text the line without its end
 */
public record OutputLine(long sequence, String text) {}
