package io.github.pavelagarkov.kernel.core.grpc;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What became of a gRPC server's calls and threads. Immutable.
 *
 * @param cut how many calls were still going on when the time was over, by full method name; they were cancelled
 * @param complete whether every call and every thread of the server has ended
 * @param took how long it took
 */
public record GrpcStopReport(Map<String, Integer> cut, boolean complete, Duration took) {
    /** Copies the map. */
    public GrpcStopReport {
        cut = Collections.unmodifiableMap(new TreeMap<>(cut));
    }

    /** {@return how many calls were cut} */
    public int cutCalls() {
        return cut.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** {@return whether every call ended by itself, and nothing is left} */
    public boolean clean() {
        return cut.isEmpty() && complete;
    }

    /** {@return one sentence for a person} */
    public String describe() {
        String calls = cut.isEmpty()
                ? "cut no call"
                : "cut " + cutCalls() + " calls ("
                        + cut.entrySet().stream()
                                .map(method -> method.getValue() + " of " + method.getKey())
                                .collect(Collectors.joining(", "))
                        + ")";
        return calls + " after " + took.truncatedTo(ChronoUnit.MILLIS)
                + (complete ? "" : "; it goes on ending in the background");
    }
}
