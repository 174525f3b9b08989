package io.github.pavelagarkov.kernel.examples.failover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FailoverTest {
    @Test
    void theDemoEndsWithoutOverlapAndWithoutAStaleWrite() throws InterruptedException {
        assertThat(Failover.succeeds()).isTrue();
    }
}
