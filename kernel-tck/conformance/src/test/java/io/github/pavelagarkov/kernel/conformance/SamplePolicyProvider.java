package io.github.pavelagarkov.kernel.conformance;

import io.github.pavelagarkov.kernel.clickhouse.ClickHouseErrorPolicy;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.KernelTckProvider;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import java.util.Optional;
import java.util.Set;

/** A policy about ClickHouse and nothing else. Extended by policies that are broken. */
public class SamplePolicyProvider implements KernelTckProvider {
    /** For the suite. */
    public SamplePolicyProvider() {}

    @Override
    public String id() {
        return "sample-policy";
    }

    @Override
    public String name() {
        return "a policy of the self-test";
    }

    @Override
    public Set<Capability> capabilities() {
        return Set.of(Capability.TIME_CONTROL);
    }

    ClickHouseErrorPolicy policy() {
        return new SampleClickHousePolicy();
    }

    @Override
    public KernelFixture open(TckSetup setup) {
        return new KernelFixture() {
            private final ClickHouseErrorPolicy policy = policy();

            @Override
            public Optional<ClickHouseErrorPolicy> clickHouseErrorPolicy() {
                return Optional.of(policy);
            }

            @Override
            public void close() {
                // Nothing was opened.
            }
        };
    }
}
