package io.github.pavelagarkov.kernel.core.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pavelagarkov.kernel.tck.fault.ProofCounter;
import io.github.pavelagarkov.kernel.tck.process.JavaProcess;
import io.github.pavelagarkov.kernel.tck.process.OutputLine;
import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LockAcrossProcessesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Test
    void dl8_twoProcessesCountExactlyInOneFile(@TempDir Path directory) {
        Path file = directory.resolve("counter");

        try (RedisProcess redis = RedisProcess.start();
                JavaProcess one = count(redis, file);
                JavaProcess other = count(redis, file)) {
            for (JavaProcess process : new JavaProcess[] {one, other}) {
                assertThat(process.awaitExit(PATIENCE))
                        .as("%s", process.lines())
                        .isZero();
                assertThat(process.lines())
                        .extracting(OutputLine::text)
                        .contains("counted 400 missed 0 expired 0 backwards 0");
            }
        }

        assertThat(ProofCounter.inFile(file).read()).isEqualTo(800);
    }

    private static JavaProcess count(RedisProcess redis, Path file) {
        return JavaProcess.of(CountingProcess.class)
                .jvmArgs("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                .args(redis.uri().toString(), file.toString(), "4", "100")
                .start();
    }
}
