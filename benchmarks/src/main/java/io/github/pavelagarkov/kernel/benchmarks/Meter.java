package io.github.pavelagarkov.kernel.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** What the whole process has used so far. */
record Meter(long cpuNanos, long allocatedBytes) {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    /** From JDK 21 on; counts the carriers of virtual threads too, which the figure of one thread does not. */
    private static final @Nullable Method TOTAL_ALLOCATED = totalAllocated();

    private static @Nullable Method totalAllocated() {
        try {
            return com.sun.management.ThreadMXBean.class.getMethod("getTotalThreadAllocatedBytes");
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    static Meter read() throws ReflectiveOperationException {
        Method total = TOTAL_ALLOCATED;
        Object allocated = total == null ? null : total.invoke(THREADS);
        return new Meter(SYSTEM.getProcessCpuTime(), allocated instanceof Long bytes ? bytes : -1);
    }

    double cpuMicrosSince(Meter before, long count) {
        return (cpuNanos - before.cpuNanos) / 1e3 / count;
    }

    /** {@return bytes for each of so many; NaN before JDK 21} */
    double bytesSince(Meter before, long count) {
        return allocatedBytes < 0 ? Double.NaN : (double) (allocatedBytes - before.allocatedBytes) / count;
    }

    /** {@return bytes in use after several collections} */
    static long usedHeap() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 4; i++) {
            runtime.gc();
            Thread.sleep(20);
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
