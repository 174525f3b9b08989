package io.github.pavelagarkov.kernel.conformance;

import io.dropwizard.core.Configuration;
import io.dropwizard.core.setup.Environment;
import io.github.pavelagarkov.kernel.core.Kernel;
import io.github.pavelagarkov.kernel.core.KernelBuilder;
import io.github.pavelagarkov.kernel.dropwizard.DropwizardHost;
import io.github.pavelagarkov.kernel.dropwizard.KernelBundle;
import io.github.pavelagarkov.kernel.dropwizard.KernelFactory;
import io.github.pavelagarkov.kernel.job.ContextCarrier;
import io.github.pavelagarkov.kernel.job.JobScheduler;
import io.github.pavelagarkov.kernel.job.SchedulerSpec;
import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.lock.DistributedLock;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Electors, locks and schedulers as the bundle makes them from a YAML block, in virtual time.
 * Barrier and registry are made beside it, because a kernel has parts of its own in them.
 */
public final class DropwizardProvider extends MemoryProvider {
    /** For the suite. */
    public DropwizardProvider() {}

    @Override
    public String id() {
        return "dropwizard";
    }

    @Override
    public String name() {
        return "kernel-dropwizard, engines";
    }

    @Override
    public String host() {
        return DropwizardHost.NAME;
    }

    @Override
    public KernelFixture open(TckSetup setup) {
        return new BundleFixture(new MemoryNetwork(setup));
    }

    private static final class BundleFixture extends MemoryFixture {
        BundleFixture(MemoryNetwork network) {
            super(network);
        }

        @Override
        public Optional<LeaderElector> elector(TckNode node) {
            return Optional.of(
                    kernel(node, builder -> builder.leaseStore(store(node))).elector());
        }

        @Override
        public Optional<DistributedLock> lock(TckNode node) {
            return Optional.of(
                    kernel(node, builder -> builder.leaseStore(store(node))).locks());
        }

        @Override
        public Optional<JobScheduler> scheduler(SchedulerSpec spec, List<ContextCarrier> carriers, TckNode node) {
            return Optional.of(kernel(node, builder -> {
                        carriers.forEach(builder::carrier);
                        builder.scheduler(spec);
                    })
                    .scheduler(spec.name()));
        }

        /** Not started: the suite starts and stops what it asked for, and nothing else has begun. */
        private static Kernel kernel(TckNode node, Consumer<KernelBuilder> more) {
            KernelBundle<Configuration> bundle = KernelBundle.builder(
                            configuration -> new KernelFactory(Map.of("identity", node.identity())))
                    .customize((builder, configuration, environment) -> more.accept(
                            builder.clock(node.clock()).threads(node.threads()).listener("tck", node.listener())))
                    .build();
            try {
                bundle.run(new Configuration(), new Environment("tck"));
            } catch (Exception e) {
                throw new IllegalStateException("the bundle does not run", e);
            }
            return bundle.kernel();
        }
    }
}
