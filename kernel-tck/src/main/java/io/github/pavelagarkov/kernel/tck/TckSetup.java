package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.util.concurrent.ThreadFactory;

/**
 * What one test gives the implementation to begin with.
 *
 * @param application a name that no other test uses: a namespace on a backend that tests share
 * @param clock the time of the test
 * @param threads makes threads that the test's time waits for
 */
public record TckSetup(String application, KernelClock clock, ThreadFactory threads) {}
