package io.github.pavelagarkov.kernel.core.grpc;

import io.github.pavelagarkov.kernel.Check;
import java.time.Duration;
import java.util.Optional;

/**
 * What one call may take. Immutable.
 *
 * @param maxRequestSize the largest message that is accepted, in bytes; 1 to 999,999,999 [4 MiB, gRPC's own]
 * @param maxMetadataSize the largest header that is accepted, in bytes; 1 to 999,999,999 [8 KiB, gRPC's own]
 * @param maxResponseSize the largest message that is sent, in bytes, in a stream each; 1 to 999,999,999 [4 MiB, what clients
 *     accept by default]
 * @param callTimeout how long a unary call may take if its client does not want it earlier; empty for as long as it takes.
 *     Streams have no such limit
 * @see <a href="SPEC.md">SPEC.md GR-3, GR-4</a>
 */
public record GrpcLimits(int maxRequestSize, int maxMetadataSize, int maxResponseSize, Optional<Duration> callTimeout) {
    private static final int LARGEST = 999_999_999;
    private static final GrpcLimits DEFAULTS = new GrpcLimits(4 << 20, 8 << 10, 4 << 20, Optional.empty());

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is missing or out of range; names the field
     */
    public GrpcLimits {
        Check.range("maxRequestSize", maxRequestSize, 1, LARGEST);
        Check.range("maxMetadataSize", maxMetadataSize, 1, LARGEST);
        Check.range("maxResponseSize", maxResponseSize, 1, LARGEST);
        Check.notNull("callTimeout", callTimeout).ifPresent(limit -> Check.positive("callTimeout", limit));
    }

    /** {@return the defaults} */
    public static GrpcLimits defaults() {
        return DEFAULTS;
    }

    /**
     * {@return these limits with another largest request}
     *
     * @param bytes the largest message that is accepted
     */
    public GrpcLimits withMaxRequestSize(int bytes) {
        return new GrpcLimits(bytes, maxMetadataSize, maxResponseSize, callTimeout);
    }

    /**
     * {@return these limits with another largest header}
     *
     * @param bytes the largest header that is accepted
     */
    public GrpcLimits withMaxMetadataSize(int bytes) {
        return new GrpcLimits(maxRequestSize, bytes, maxResponseSize, callTimeout);
    }

    /**
     * {@return these limits with another largest response}
     *
     * @param bytes the largest message that is sent
     */
    public GrpcLimits withMaxResponseSize(int bytes) {
        return new GrpcLimits(maxRequestSize, maxMetadataSize, bytes, callTimeout);
    }

    /**
     * {@return these limits with a time limit for unary calls}
     *
     * @param most how long one may take; positive
     */
    public GrpcLimits withCallTimeout(Duration most) {
        return new GrpcLimits(maxRequestSize, maxMetadataSize, maxResponseSize, Optional.of(most));
    }
}
