package io.github.pavelagarkov.kernel.tck.process;

import java.util.function.Supplier;

/** A child that says of each server what a test would find. */
final class EndpointsMain {
    private EndpointsMain() {}

    public static void main(String[] args) {
        say("redis", () -> {
            try (RedisEndpoint found = RedisEndpoint.find()) {
                return found.process().isPresent() + " "
                        + found.command().send("PING").text();
            }
        });
        say("postgres", () -> {
            try (PostgresEndpoint found = PostgresEndpoint.find()) {
                return found.process().isPresent() + " " + found.query("SELECT current_user");
            }
        });
        say("clickhouse", () -> {
            try (ClickHouseEndpoint found = ClickHouseEndpoint.find()) {
                return found.process().isPresent() + " " + found.query("SELECT currentUser()");
            }
        });
    }

    private static void say(String server, Supplier<String> found) {
        try {
            System.out.println(server + ": process " + found.get());
        } catch (RuntimeException | AssertionError e) {
            System.out.println(server + ": " + e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }
}
