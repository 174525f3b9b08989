package io.github.pavelagarkov.kernel.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/** Runs one benchmark by name, or all. */
final class Benchmarks {
    @FunctionalInterface
    private interface Benchmark {
        void run() throws Exception;
    }

    private static final Map<String, Benchmark> ALL = new LinkedHashMap<>();

    static {
        ALL.put("hand-over", HandOver::run);
        ALL.put("many-elections", ManyElections::run);
        ALL.put("scheduler", Scheduler::run);
        ALL.put("shutdown", ShutdownHooks::run);
        ALL.put("reads", Reads::run);
        ALL.put("dropwizard", DropwizardOverhead::run);
        ALL.put("http", HttpOverhead::run);
        ALL.put("grpc", GrpcOverhead::run);
        ALL.put("events", EventsOverhead::run);
        ALL.put("pools", PoolOverhead::run);
    }

    private Benchmarks() {}

    public static void main(String[] args) throws Exception {
        String wanted = args.length == 0 ? "all" : args[0];
        if (!wanted.equals("all") && !ALL.containsKey(wanted)) {
            throw new IllegalArgumentException("benchmark must be all or one of " + ALL.keySet() + ", was " + wanted);
        }
        System.out.println(
                "JVM " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
        for (Map.Entry<String, Benchmark> each : ALL.entrySet()) {
            if (wanted.equals("all") || wanted.equals(each.getKey())) {
                System.out.println();
                System.out.println("== " + each.getKey());
                each.getValue().run();
            }
        }
        System.exit(0);
    }
}
