package io.github.pavelagarkov.kernel.core.architecture;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Timer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** What the rule of the clock must find: something forbidden in each method. */
@SuppressWarnings({"WaitNotInLoop", "NullAway", "FutureReturnValueIgnored", "JavaUtilDate"})
final class ForbiddenTime {
    private ForbiddenTime() {}

    static Object instant() {
        return Instant.now();
    }

    static Supplier<Instant> instantByReference() {
        return Instant::now;
    }

    static Object local() {
        return LocalDateTime.now(ZoneOffset.UTC);
    }

    static Object clock() {
        return Clock.systemUTC();
    }

    static long millis() {
        return System.currentTimeMillis();
    }

    static long nanos() {
        return System.nanoTime();
    }

    static Supplier<Long> nanosInALambda() {
        return () -> System.nanoTime() + 1;
    }

    static void sleep() throws InterruptedException {
        Thread.sleep(1);
    }

    static void unitSleep() throws InterruptedException {
        TimeUnit.SECONDS.sleep(1);
    }

    static void objectWait(Object lock) throws InterruptedException {
        synchronized (lock) {
            lock.wait(1);
        }
    }

    static boolean conditionAwait(Condition condition) throws InterruptedException {
        return condition.await(1, TimeUnit.SECONDS);
    }

    static long conditionAwaitNanos(Condition condition) throws InterruptedException {
        return condition.awaitNanos(1);
    }

    static boolean conditionAwaitUntil(Condition condition, Date date) throws InterruptedException {
        return condition.awaitUntil(date);
    }

    static void parkNanos() {
        LockSupport.parkNanos(1);
    }

    static void parkUntil() {
        LockSupport.parkUntil(1);
    }

    static Object poll(BlockingQueue<String> queue) throws InterruptedException {
        return queue.poll(1, TimeUnit.SECONDS);
    }

    static Object pollOfAClass(LinkedBlockingQueue<String> queue) throws InterruptedException {
        return queue.poll(1, TimeUnit.SECONDS);
    }

    static boolean offer(BlockingQueue<String> queue) throws InterruptedException {
        return queue.offer("", 1, TimeUnit.SECONDS);
    }

    static Object futureGet(Future<String> future) throws Exception {
        return future.get(1, TimeUnit.SECONDS);
    }

    static Object orTimeout(CompletableFuture<String> future) {
        return future.orTimeout(1, TimeUnit.SECONDS);
    }

    static Object completeOnTimeout(CompletableFuture<String> future) {
        return future.completeOnTimeout("", 1, TimeUnit.SECONDS);
    }

    static Object delayedExecutor() {
        return CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);
    }

    static void join(Thread thread) throws InterruptedException {
        thread.join(1);
    }

    static boolean latch(CountDownLatch latch) throws InterruptedException {
        return latch.await(1, TimeUnit.SECONDS);
    }

    static boolean semaphore(Semaphore semaphore) throws InterruptedException {
        return semaphore.tryAcquire(1, TimeUnit.SECONDS);
    }

    static boolean lock(Lock lock) throws InterruptedException {
        return lock.tryLock(1, TimeUnit.SECONDS);
    }

    static Object thread(Runnable task) {
        return new Thread(task);
    }

    static ThreadFactory threadByReference() {
        return Thread::new;
    }

    static Object threadOfASubclass() {
        return new Thread() {
            @Override
            public void run() {}
        };
    }

    static Object threadPool() {
        return new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    }

    static Object scheduledPool() {
        return new ScheduledThreadPoolExecutor(1);
    }

    static Object forkJoinPool() {
        return new ForkJoinPool();
    }

    static Object executors() {
        return Executors.newCachedThreadPool();
    }

    static Object timer() {
        return new Timer();
    }
}
