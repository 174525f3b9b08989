package io.github.pavelagarkov.kernel.tck.grpc;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Messages that are texts, one byte a character: the suite needs no protobuf. */
enum TextMarshaller implements MethodDescriptor.Marshaller<String> {
    INSTANCE;

    static MethodDescriptor<String, String> method(String fullName, MethodType type) {
        return MethodDescriptor.newBuilder(INSTANCE, INSTANCE)
                .setType(type)
                .setFullMethodName(fullName)
                .build();
    }

    @Override
    public InputStream stream(String value) {
        return new Bytes(value.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public String parse(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a message of protobuf is: it knows its length before it is written. */
    private static final class Bytes extends ByteArrayInputStream implements KnownLength {
        Bytes(byte[] bytes) {
            super(bytes);
        }
    }
}
