package io.github.pavelagarkov.kernel.core.log;

import io.github.pavelagarkov.kernel.job.ContextCarrier;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Carries the log context of a thread. What the thread had before comes back as it was; it is not just cleared.
 *
 * <p>Thread-safe.
 */
public final class MdcContextCarrier implements ContextCarrier {
    private static final Snapshot CLEAN = new MdcSnapshot(Map.of());

    private MdcContextCarrier() {}

    /** {@return a carrier of slf4j's MDC} */
    public static MdcContextCarrier create() {
        return new MdcContextCarrier();
    }

    /** {@return puts the context of the calling thread back as it is now} */
    static Scope keep() {
        Map<String, String> before = MDC.getCopyOfContextMap();
        return () -> restore(before);
    }

    @Override
    public Snapshot capture() {
        Map<String, String> fields = MDC.getCopyOfContextMap();
        return fields == null ? CLEAN : new MdcSnapshot(fields);
    }

    @Override
    public Snapshot clean() {
        return CLEAN;
    }

    private record MdcSnapshot(Map<String, String> fields) implements Snapshot {
        @Override
        public Scope open(Map<String, String> more) {
            Scope before = keep();
            MDC.setContextMap(fields.isEmpty() ? more : with(more));
            return before;
        }

        private Map<String, String> with(Map<String, String> more) {
            Map<String, String> all = new HashMap<>(fields);
            all.putAll(more);
            return all;
        }

        @Override
        public Optional<String> field(String name) {
            return Optional.ofNullable(fields.get(name));
        }
    }

    private static void restore(@Nullable Map<String, String> before) {
        if (before == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(before);
        }
    }
}
