package io.github.pavelagarkov.kernel.tck.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A number that is read and written without any protection: two who count at once lose a step, and the sum shows it.
 *
 * <p>Deliberately not atomic. Called by several threads, one after the other if the lock under test works. An implementation
 * must make a write visible to the next reader, and do nothing to make reading and writing one step.
 */
public interface ProofCounter {
    /** {@return the number last written} */
    long read();

    /**
     * Writes a number.
     *
     * @param value replaces the one that was read
     */
    void write(long value);

    /** {@return a counter for the threads of this process, beginning at 0} */
    static ProofCounter inMemory() {
        return new ProofCounter() {
            // Volatile, or a lock over a network would be blamed for what the compiler may do.
            private volatile long value;

            @Override
            public long read() {
                return value;
            }

            @Override
            public void write(long next) {
                value = next;
            }
        };
    }

    /**
     * Counts in a plain file, for several processes of one host.
     *
     * @param file holds eight bytes; one that does not exist, or is shorter, counts as 0
     * @return a counter on it
     */
    static ProofCounter inFile(Path file) {
        return new ProofCounter() {
            @Override
            public long read() {
                try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.READ, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
                    return channel.read(bytes, 0) < Long.BYTES ? 0 : bytes.getLong(0);
                } catch (IOException e) {
                    throw new UncheckedIOException("could not read counter " + file, e);
                }
            }

            @Override
            public void write(long value) {
                try (FileChannel channel =
                        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    int written = channel.write(ByteBuffer.allocate(Long.BYTES).putLong(0, value), 0);
                    if (written != Long.BYTES) {
                        throw new IOException("wrote " + written + " of " + Long.BYTES + " bytes");
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException("could not write counter " + file, e);
                }
            }
        };
    }
}
