package io.github.pavelagarkov.kernel.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.github.pavelagarkov.kernel.leader.Election;
import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.RedisCommand;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What ten thousand elections cost: a process that leads all of them, one that follows, one Redis; default timing. */
final class ManyElections {
    private static final int ELECTIONS = Integer.getInteger("elections", 10_000);
    private static final int SECONDS = Integer.getInteger("seconds", 30);
    /** Slices of ten seconds after which a side counts as steady in any case. */
    private static final int LONGEST_START = 18;

    private ManyElections() {}

    static void run() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                JavaProcess leader = side(redis, "leader")) {
            System.out.println("leader   "
                    + leader.awaitLine("steady .*", Duration.ofSeconds(60)).text());
            try (JavaProcess follower = side(redis, "follower")) {
                System.out.println("follower "
                        + follower.awaitLine("steady .*", Duration.ofSeconds(60))
                                .text());
                System.out.println("follower, every ten seconds from its start: " + settle(follower));
                System.out.println("leader, the same: " + settle(leader));
                RedisCommand command = redis.command();
                var unusedReply = command.send("CONFIG", "RESETSTAT");
                double cpuBefore = redisCpu(command);
                long start = System.nanoTime();
                TimeUnit.SECONDS.sleep(SECONDS);
                double seconds = (System.nanoTime() - start) / 1e9;
                double redisShare = (redisCpu(command) - cpuBefore) / seconds;
                double calls = evals(command) / seconds;
                System.out.println("leader   " + last(leader));
                System.out.println("follower " + last(follower));
                System.out.printf(
                        Locale.ROOT,
                        "redis    %.2f %% of a core (target < 5), %.1f scripts a second, %.4f a pair and second%n",
                        redisShare * 100,
                        calls,
                        calls / ELECTIONS);
            }
        }
    }

    /** {@return the shares of a core of a side, up to the first two that follow each other and are alike} */
    private static List<String> settle(JavaProcess side) {
        List<String> all = new ArrayList<>();
        long seen = 0;
        double before = Double.NaN;
        while (all.size() < LONGEST_START) {
            var line = side.awaitLineAfter(seen, "cpu .*", Duration.ofSeconds(30));
            seen = line.sequence();
            double share = figure(line.text(), "cpu ([0-9.]+)");
            all.add(String.format(Locale.ROOT, "%.1f %% (%s)", share, part(line.text())));
            if (Math.abs(share - before) <= 0.5 + before / 10) {
                break;
            }
            before = share;
        }
        return all;
    }

    private static String part(String line) {
        return line.substring(line.lastIndexOf("used, ") + "used, ".length());
    }

    private static String last(JavaProcess process) {
        var line = process.awaitLineAfter(
                process.lines().get(process.lines().size() - 1).sequence(), "cpu .*", Duration.ofSeconds(20));
        return line.text();
    }

    private static JavaProcess side(RedisProcess redis, String role) {
        return JavaProcess.of(Side.class)
                .jvmArgs("-Xmx512m")
                .systemProperty("elections", String.valueOf(ELECTIONS))
                .args(redis.uri().toString(), role)
                .start();
    }

    private static double redisCpu(RedisCommand command) {
        String info = command.send("INFO", "cpu").text();
        return figure(info, "used_cpu_sys:([0-9.]+)") + figure(info, "used_cpu_user:([0-9.]+)");
    }

    private static double evals(RedisCommand command) {
        return figure(command.send("INFO", "commandstats").text(), "cmdstat_evalsha:calls=([0-9]+)");
    }

    private static double figure(String text, String regex) {
        Matcher matcher = Pattern.compile(regex).matcher(text);
        return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
    }

    /** One side, in a process of its own; tells what it costs every ten seconds. */
    static final class Side {
        private Side() {}

        public static void main(String[] args) throws InterruptedException {
            boolean leads = args[1].equals("leader");
            Nodes node = Nodes.open(args[0], args[1]);
            CountDownLatch elected = new CountDownLatch(leads ? ELECTIONS : 0);
            long start = System.nanoTime();
            for (int i = 0; i < ELECTIONS; i++) {
                Election unused = node.elector()
                        .join(ElectionSpec.of("election-" + i), Nodes.noting(nanos -> elected.countDown()));
            }
            elected.await();
            OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            System.out.printf(
                    Locale.ROOT,
                    "steady after %d ms, %d ms of CPU since the JVM began%n",
                    (System.nanoTime() - start) / 1_000_000,
                    system.getProcessCpuTime() / 1_000_000);
            new Thread(() -> tell(system)).start();
            new SynchronousQueue<>().take();
        }

        private static void tell(OperatingSystemMXBean system) {
            try {
                while (true) {
                    long cpu = system.getProcessCpuTime();
                    long compiled = ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
                    long from = System.nanoTime();
                    TimeUnit.SECONDS.sleep(10);
                    double share = (double) (system.getProcessCpuTime() - cpu) / (System.nanoTime() - from);
                    long heap = ManagementFactory.getMemoryMXBean()
                            .getHeapMemoryUsage()
                            .getUsed();
                    System.out.printf(
                            Locale.ROOT,
                            "cpu %.2f %% of a core (target <= 5), %d threads (target <= 60), heap %d MiB used,"
                                    + " compilers at work %d ms%n",
                            share * 100,
                            ManagementFactory.getThreadMXBean().getThreadCount(),
                            heap >> 20,
                            ManagementFactory.getCompilationMXBean().getTotalCompilationTime() - compiled);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
