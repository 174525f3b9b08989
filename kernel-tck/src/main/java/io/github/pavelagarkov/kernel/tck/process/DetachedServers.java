package io.github.pavelagarkov.kernel.tck.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * A PostgreSQL, a Redis and, if wanted, a ClickHouse for a demo, kept by a process of their own, for they must outlive what uses them: Ctrl-C goes to
 * every process of the terminal. They end when the process that started them has ended, however it did.
 */
public final class DetachedServers {
    private static final String END = "ready";

    private DetachedServers() {}

    /**
     * Keeps them until whoever started this process has ended.
     *
     * @param args the pool of connections that leads to the PostgreSQL; then the one to the ClickHouse, if there is to be one
     * @throws IOException if they cannot be started
     */
    public static void main(String[] args) throws IOException {
        String pool = args[0];
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start()) {
            System.out.println("kernel.redis.uri=" + redis.uri());
            System.out.println("kernel.postgres." + pool + ".url=" + postgres.url());
            System.out.println("kernel.postgres." + pool + ".username=" + postgres.user());
            System.out.println("kernel.postgres." + pool + ".password=" + postgres.password());
            if (args.length > 1) {
                withClickHouse(args[1]);
            } else {
                keep();
            }
        }
    }

    private static void withClickHouse(String pool) throws IOException {
        try (ClickHouseProcess clickhouse = ClickHouseProcess.start()) {
            System.out.println("kernel.clickhouse.names=" + pool);
            System.out.println("kernel.clickhouse." + pool + ".url=" + clickhouse.url());
            System.out.println("kernel.clickhouse." + pool + ".username=" + clickhouse.user());
            System.out.println("kernel.clickhouse." + pool + ".password=" + clickhouse.password());
            keep();
        }
    }

    private static void keep() throws IOException {
        System.out.println(END);
        // Nobody writes: the pipe breaks when the other end is gone.
        int unused = System.in.read();
    }

    /**
     * Starts them.
     *
     * @param pool the pool of connections that is to lead to the PostgreSQL
     * @return the settings of kernel that lead to them, once they answer
     * @throws IOException if they cannot be started; what they said is on standard error
     */
    public static Properties start(String pool) throws IOException {
        return start(List.of(pool));
    }

    /**
     * Starts them, and a ClickHouse, which is fetched first if need be.
     *
     * @param postgres the pool of connections that is to lead to the PostgreSQL
     * @param clickhouse the pool of connections that is to lead to the ClickHouse
     * @return the settings of kernel that lead to them, once they answer
     * @throws IOException if they cannot be started; what they said is on standard error
     */
    public static Properties start(String postgres, String clickhouse) throws IOException {
        return start(List.of(postgres, clickhouse));
    }

    private static Properties start(List<String> pools) throws IOException {
        List<String> command = new ArrayList<>(
                Path.of("/usr/bin/setsid").toFile().canExecute() ? List.of("setsid") : List.<String>of());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-Xmx64m", "-cp", System.getProperty("java.class.path"), DetachedServers.class.getName()));
        command.addAll(pools);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Properties settings = new Properties();
        // Not closed: they would take it for the end.
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); !END.equals(line); line = said.readLine()) {
            if (line == null) {
                throw new IOException("not all servers could be started, see above");
            }
            settings.load(new StringReader(line));
        }
        return settings;
    }
}
