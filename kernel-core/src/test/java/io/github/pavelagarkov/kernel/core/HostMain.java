package io.github.pavelagarkov.kernel.core;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.pavelagarkov.kernel.core.internal.leader.InMemoryLeaseStore;
import io.github.pavelagarkov.kernel.core.log.KernelLog;
import io.github.pavelagarkov.kernel.core.log.LogEntry;
import io.github.pavelagarkov.kernel.job.JobSpec;
import io.github.pavelagarkov.kernel.leader.DemotionReason;
import io.github.pavelagarkov.kernel.leader.LeaderScope;
import io.github.pavelagarkov.kernel.leader.Subsystem;
import io.github.pavelagarkov.kernel.shutdown.HookSpec;
import io.github.pavelagarkov.kernel.shutdown.ShutdownAction;
import io.github.pavelagarkov.kernel.shutdown.ShutdownRegistry;
import io.github.pavelagarkov.kernel.time.KernelClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** A service in a JVM of its own, which behaves as its first argument says. Says what it does on its standard output. */
final class HostMain {
    static final String READY = "READY";

    private HostMain() {}

    public static void main(String[] args) throws Exception {
        ((Logger) LoggerFactory.getLogger("kernel")).setLevel(Level.INFO);
        switch (args[0]) {
            case "waits" ->
                say("report clean " + withHooks().build().run(HostMain::ready).clean());
            case "hook-hangs" -> withHook("hangs", context -> hang()).run(HostMain::ready);
            case "hook-throws" ->
                withHook("throws", context -> {
                            throw new IllegalStateException("a broken hook");
                        })
                        .run(HostMain::ready);
            case "hook-exits" -> withHook("exits", context -> System.exit(3)).run(HostMain::ready);
            case "hook-waits-for-file" ->
                withHook("waits", context -> awaitFile(Path.of(args[1]))).run(HostMain::ready);
            case "body-exits" -> withHooks().build().run(kernel -> System.exit(7));
            case "body-fails" ->
                withHooks()
                        .build()
                        .run(kernel -> KernelLog.of(LoggerFactory.getLogger("app"), kernel::fail)
                                .fatal(LogEntry.of("ledger", "open")));
            case "body-throws" ->
                withHooks().build().run(kernel -> {
                    throw new IllegalStateException("the body is broken");
                });
            case "body-stops" ->
                say("report "
                        + withHooks().build().run(kernel -> kernel.stop("done")).reason());
            case "registry-stops" ->
                say("report "
                        + withHooks()
                                .build()
                                .run(kernel -> kernel.shutdown().shutdown("by hand"))
                                .reason());
            case "component-throws" -> failingStart().run();
            case "component-throws-and-main-goes-on" -> {
                try {
                    failingStart().run();
                } catch (IllegalStateException e) {
                    ready();
                    hang();
                }
            }
            case "body-stops-and-main-goes-on" -> {
                withHooks().build().run(kernel -> kernel.stop("done"));
                ready();
                hang();
            }
            case "component-waits" ->
                withHooks()
                        .onStart("slow", kernel -> {
                            ready();
                            hang();
                        })
                        .build()
                        .run(kernel -> say("body"));
            case "starts-and-main-ends" -> startEverything();
            case "host-misses-the-exit" -> {
                Kernel kernel = driven();
                kernel.start();
                System.exit(7);
            }
            case "host-hears-of-the-exit" -> {
                Kernel kernel = driven();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> drive(kernel)));
                kernel.start();
                System.exit(7);
            }
            case "host-stops-on-a-thread-of-its-own" -> {
                Kernel kernel = driven();
                kernel.start();
                Thread daemon = new Thread(() -> drive(kernel));
                daemon.setDaemon(true);
                daemon.start();
                System.exit(7);
            }
            case "host-has-stopped" -> {
                Kernel kernel = driven();
                kernel.start();
                drive(kernel);
                System.exit(7);
            }
            case "overruns" -> overrun();
            default -> throw new IllegalArgumentException("unknown behaviour '" + args[0] + "'");
        }
    }

    private static KernelBuilder withHooks() {
        return Kernel.builder()
                .config(KernelConfig.read(ConfigSource.systemProperties()))
                .hook(says("last", ShutdownRegistry.LOWEST))
                .hook(says("first", ShutdownRegistry.IMMEDIATE));
    }

    /** A hook between the first and the last. */
    private static Kernel withHook(String name, ShutdownAction action) {
        return withHooks()
                .hook(HookSpec.of(name, ShutdownRegistry.HIGH, action))
                .build();
    }

    private static HookSpec says(String name, int priority) {
        return HookSpec.of(name, priority, context -> say("hook " + name + " (" + context.reason() + ")"));
    }

    private static Kernel failingStart() {
        return withHooks()
                .onStart("database", kernel -> kernel.shutdown().register(says("database", ShutdownRegistry.LOW)))
                .onStart("broken", kernel -> {
                    throw new IllegalStateException("the component is broken");
                })
                .onStart("never", kernel -> say("never started"))
                .build();
    }

    /** In a container of Java SE. */
    private static Kernel driven() {
        Kernel kernel =
                withHooks().host(HostProfile.of("container").drivingStop()).build();
        var unused = kernel.stopAtExitUnlessHostDoes("JVM exits");
        return kernel;
    }

    /** As a container does, which needs its time between the steps. */
    private static void drive(Kernel kernel) {
        kernel.shutdown().begin("container stops");
        kernel.shutdown().runBelow(ShutdownRegistry.HIGH);
        try {
            var unused = new CountDownLatch(1).await(1_500, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            say("interrupted");
        }
        say("hook of the container");
        kernel.stop("container stops");
    }

    private static void startEverything() {
        withHooks()
                .leaseStore(new InMemoryLeaseStore(KernelClock.system()))
                .job(JobSpec.named("tick")
                        .every(Duration.ofMillis(10))
                        .task(context -> {})
                        .build())
                .leaderJob(
                        "billing",
                        JobSpec.named("settle")
                                .every(Duration.ofMillis(10))
                                .task(context -> {})
                                .build())
                .build()
                .start();
        say("main ends");
    }

    /** Leads for a moment, then the store answers no more, and the work does not care. */
    private static void overrun() throws Exception {
        CutOffStore store = new CutOffStore(KernelClock.system());
        withHooks()
                .leaseStore(store)
                .supervise("billing", new Subsystem() {
                    @Override
                    public String name() {
                        return "stubborn";
                    }

                    @Override
                    public void start(LeaderScope scope) {
                        store.cutOff();
                        say("leads");
                    }

                    @Override
                    public void stop(DemotionReason reason, Duration atMost) {
                        hang();
                    }
                })
                .build()
                .run(HostMain::ready);
    }

    private static void ready(Kernel kernel) {
        ready();
    }

    private static void ready() {
        say(READY);
    }

    /** Ignores interrupts. Says after a good second that it still is there. */
    private static void hang() {
        CountDownLatch never = new CountDownLatch(1);
        boolean told = false;
        while (true) {
            try {
                if (!told && !never.await(1_100, TimeUnit.MILLISECONDS)) {
                    told = true;
                    say("still hanging");
                }
                never.await();
            } catch (InterruptedException e) {
                say("ignores its interrupt");
            }
        }
    }

    private static void awaitFile(Path file) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        var unused = never.await(1_100, TimeUnit.MILLISECONDS);
        say("waits for its file");
        while (!Files.exists(file)) {
            unused = never.await(20, TimeUnit.MILLISECONDS);
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }
}
