package io.github.pavelagarkov.kernel.tck.junit;

import io.github.pavelagarkov.kernel.tck.leader.ManualLeaderElector;
import io.github.pavelagarkov.kernel.tck.time.TestClock;
import java.util.concurrent.ThreadFactory;

/**
 * What a kernel under test is built with in place of the real thing.
 *
 * @param clock its only time
 * @param threads makes its threads, so that time waits for them
 * @param elector its only elector: leadership is what the test says
 * @param timeline told of its events, and around its runs as a context carrier
 */
public record KernelParts(
        TestClock clock, ThreadFactory threads, ManualLeaderElector elector, KernelTimeline timeline) {}
