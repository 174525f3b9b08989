package io.github.pavelagarkov.kernel.examples.ownelector;

import io.github.pavelagarkov.kernel.leader.LeaderElector;
import io.github.pavelagarkov.kernel.tck.Capability;
import io.github.pavelagarkov.kernel.tck.KernelFixture;
import io.github.pavelagarkov.kernel.tck.KernelTckProvider;
import io.github.pavelagarkov.kernel.tck.TckNode;
import io.github.pavelagarkov.kernel.tck.TckSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Gives the elector to the compatibility suite: this class is all that adopting it takes. */
public final class FileElectorProvider implements KernelTckProvider {
    /** For the suite. */
    public FileElectorProvider() {}

    @Override
    public String id() {
        return "own-elector";
    }

    @Override
    public String name() {
        return "examples/own-elector, leases in files";
    }

    @Override
    public Set<Capability> capabilities() {
        // It polls, so no NOTIFY. All its time and threads come from the node, so virtual time works.
        return Set.of(Capability.TIME_CONTROL);
    }

    @Override
    public KernelFixture open(TckSetup setup) throws IOException {
        Path folder = Files.createTempDirectory(setup.application());
        return new KernelFixture() {
            @Override
            public Optional<LeaderElector> elector(TckNode node) {
                return Optional.of(
                        new FileLeaderElector(folder, node.identity(), node.clock(), node.threads(), node.listener()));
            }

            @Override
            public void close() {
                // The folder is temporary, and some kilobytes.
            }
        };
    }
}
