package io.github.pavelagarkov.kernel.core.grpc;

import io.grpc.MethodDescriptor;
import org.jspecify.annotations.Nullable;

/** Tells the services about the server itself from those of the application. */
final class Infrastructure {
    private Infrastructure() {}

    /** {@return whether a method belongs to health, reflection or channelz} */
    static boolean serves(MethodDescriptor<?, ?> method) {
        @Nullable String service = method.getServiceName();
        return service != null
                && (service.startsWith("grpc.health.")
                        || service.startsWith("grpc.reflection.")
                        || service.startsWith("grpc.channelz."));
    }
}
