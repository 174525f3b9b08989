package io.github.pavelagarkov.kernel.tck.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class RunQueueTest {
    private final RunQueue runQueue = new RunQueue();

    /** Threads that enter at the same time wait for each other: one that was not seen yet is not idle because of that. */
    @Test
    void countsAThreadThatIsYetToEnterAsRunnable() throws Exception {
        assumeTrue(Files.isSymbolicLink(Path.of("/proc/thread-self")));
        CountDownLatch enter = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            await(enter);
            runQueue.enter();
            await(end);
        });
        thread.start();

        assertThat(runQueue.contains(thread)).isTrue();
        enter.countDown();
        while (runQueue.contains(thread)) {
            Thread.onSpinWait();
        }
        end.countDown();
        thread.join();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
