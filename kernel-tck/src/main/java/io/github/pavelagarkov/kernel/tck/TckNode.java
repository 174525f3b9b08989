package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.event.KernelListener;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.concurrent.ThreadFactory;

/**
 * One process, as far as the implementation can tell: several of them live in the JVM of a test.
 *
 * @param identity how the process is known to others
 * @param clock its time; an implementation without {@link Capability#TIME_CONTROL} may ignore it
 * @param threads makes its threads; an implementation without {@link Capability#TIME_CONTROL} may ignore it. It may refuse
 *     with a RuntimeException or return null, as a container that stops does
 * @param listener told of its events, on any thread
 */
public record TckNode(String identity, KernelClock clock, ThreadFactory threads, KernelListener listener) {}
