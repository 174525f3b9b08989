package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.tck.TckProviders;
import io.github.pavelagarkov.kernel.tck.rules.ClickHouseErrorPolicyRules;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;

/** The rules of ClickHouse can be kept: what the broken policies break is whole. */
final class SamplePolicyTest {
    @Test
    void samplePolicyKeepsEveryRule() {
        EngineTestKit.engine("junit-jupiter")
                .configurationParameter(TckProviders.PARAMETER, SamplePolicyProvider.class.getName())
                .selectors(DiscoverySelectors.selectClass(ClickHouseErrorPolicyRules.class))
                .execute()
                .testEvents()
                .assertStatistics(tests -> tests.started(9).succeeded(9));
    }
}
