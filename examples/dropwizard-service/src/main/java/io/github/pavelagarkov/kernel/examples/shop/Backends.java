package io.github.pavelagarkov.kernel.examples.shop;

import io.github.pavelagarkov.kernel.tck.process.PostgresProcess;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * A PostgreSQL and a Redis for the demo, kept by a process of their own, for they must outlive the shop: Ctrl-C goes to every
 * process of the terminal. They end when the shop has ended, however it did.
 */
final class Backends {
    private static final String END = "ready";

    private Backends() {}

    /** Keeps them until whoever started this process has ended. */
    public static void main(String[] args) throws IOException {
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start()) {
            System.out.println("kernel.redis.uri=" + redis.uri());
            System.out.println("kernel.postgres." + ShopApplication.POOL + ".url=" + postgres.url());
            System.out.println("kernel.postgres." + ShopApplication.POOL + ".username=" + postgres.user());
            System.out.println("kernel.postgres." + ShopApplication.POOL + ".password=" + postgres.password());
            System.out.println(END);
            // Nobody writes: the pipe breaks when the other end is gone.
            int unused = System.in.read();
        }
    }

    /** {@return the settings that lead to them, once they answer} */
    static Properties start() throws IOException {
        List<String> command = new ArrayList<>(
                Path.of("/usr/bin/setsid").toFile().canExecute() ? List.of("setsid") : List.<String>of());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path"), Backends.class.getName()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Properties settings = new Properties();
        // Not closed: they would take it for the end.
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); !END.equals(line); line = said.readLine()) {
            if (line == null) {
                throw new IOException("PostgreSQL and Redis could not be started, see above");
            }
            settings.load(new java.io.StringReader(line));
        }
        return settings;
    }
}
