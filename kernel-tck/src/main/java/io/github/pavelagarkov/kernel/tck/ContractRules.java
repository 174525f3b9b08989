package io.github.pavelagarkov.kernel.tck;

import io.github.pavelagarkov.kernel.leader.ElectionSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.opentest4j.TestAbortedException;

/**
 * What the rules of every contract have in common: the implementation under test, time, and an orderly end.
 *
 * <p>A class of rules is concrete and has plain tests, each marked {@link Rule}, so that the same class runs in a plain JVM
 * and inside a server. Each test gets a new fixture.
 */
@ExtendWith(TckExtension.class)
@DisplayNameGeneration(RuleSentences.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public abstract class ContractRules {
    private final Deque<AutoCloseable> toClose = new ArrayDeque<>();
    private @Nullable KernelTckProvider provider;
    private @Nullable TckRun run;

    /** For the classes of rules. */
    protected ContractRules() {}

    final void provideBy(KernelTckProvider implementation) {
        provider = implementation;
    }

    @BeforeEach
    final void openFixture() throws Exception {
        KernelTckProvider implementation = Objects.requireNonNull(provider, "the extension gives the provider");
        run = TckRun.open(implementation, "tck-" + UUID.randomUUID().toString().substring(0, 8));
    }

    @AfterEach
    final void closeFixture() throws Exception {
        TckRun ended = run;
        if (ended == null) {
            return;
        }
        try {
            while (!toClose.isEmpty()) {
                ended.close(toClose.pop());
            }
        } finally {
            ended.fixture().close();
        }
    }

    private TckRun run() {
        if (run == null) {
            throw new IllegalStateException("the fixture is opened before each test, not before");
        }
        return run;
    }

    /** {@return the time of this test} */
    protected final TckTime time() {
        return run().time();
    }

    /** {@return hands out the parts of the implementation} */
    protected final KernelFixture fixture() {
        return run().fixture();
    }

    /**
     * {@return a process of its own, whose events are recorded}
     *
     * @param identity how it is known to others
     * @param events told of its events
     */
    protected final TckNode node(String identity, RecordedEvents events) {
        return new TckNode(identity, time().clock(), time().threads(), events);
    }

    /**
     * {@return a spec with the timing that fits the time of this test}
     *
     * @param election its name
     */
    protected final ElectionSpec election(String election) {
        return ElectionSpec.builder(election)
                .timing(time().leaseTiming())
                .stopTimeout(time().ticks(8))
                .build();
    }

    /** {@return holds callbacks until it is opened, by the test or at its end} */
    protected final Hold hold() {
        return closing(new Hold(time().clock()));
    }

    /**
     * Has something closed after the test, the last one first, while time passes.
     *
     * @param resource what to close
     * @param <T> its type
     * @return the same
     */
    protected final <T extends AutoCloseable> T closing(T resource) {
        toClose.push(resource);
        return resource;
    }

    /**
     * Skips the test if a capability is not declared.
     *
     * @param capability what the test needs
     */
    protected final void requires(Capability capability) {
        run().require(capability);
    }

    /**
     * {@return whether a capability is declared, for a test that holds for all and looks closer where it can}
     *
     * @param capability what the test would use
     */
    protected final boolean declares(Capability capability) {
        return run().capabilities().contains(capability);
    }

    /**
     * {@return the part, or skips the test if the implementation has none}
     *
     * @param part what the fixture gave
     * @param type its name, as "LeaderElector"
     * @param <T> its type
     */
    protected static <T> T required(Optional<T> part, String type) {
        return part.orElseThrow(() -> new TestAbortedException("the implementation under test provides no " + type));
    }
}
