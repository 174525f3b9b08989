package io.github.pavelagarkov.kernel.core.internal.readiness;

import io.github.pavelagarkov.kernel.readiness.ReadinessSnapshot;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One version of a barrier, linked to the one after it.
 *
 * <p>Whoever follows the links from a version on sees every later one, once and in order, and keeps in memory only what it
 * has not seen yet.
 */
final class ReadinessVersion {
    final ReadinessSnapshot snapshot;
    /** The components behind the names: a removed one and its successor share a name, not a place here. */
    final Map<String, SnapshotComponent> components;
    /** INVARIANT: written once, by the thread that put the next version in force. */
    volatile @Nullable ReadinessVersion next;

    ReadinessVersion(ReadinessSnapshot snapshot, Map<String, SnapshotComponent> components) {
        this.snapshot = snapshot;
        this.components = components;
    }
}
