package io.github.pavelagarkov.kernel.examples.ownelector;

import io.github.pavelagarkov.kernel.time.KernelClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * The lease of one election: a file of one line, changed under the lock that the operating system keeps for it.
 *
 * <p>The file stays when the lease is released or has expired, so that the fencing token goes on from where it was. Expiry is by
 * the wall clock: all candidates live on one machine. Thread-safe.
 */
final class LeaseFile {
    /** Between two tries for the file's lock. */
    private static final long BUSY_NANOS = 1_000_000;

    private final Path file;
    private final KernelClock clock;
    private final Duration attempt;

    LeaseFile(Path folder, String election, KernelClock clock, Duration attempt) {
        this.file = folder.resolve(election + ".lease");
        this.clock = clock;
        this.attempt = attempt;
    }

    /**
     * What the file says.
     *
     * @param token of the last grant; 0 before the first
     * @param leaseId of the last grant; empty if it was given back
     * @param identity who got it
     * @param expiresMillis when it ends by the wall clock
     */
    record Lease(long token, String leaseId, String identity, long expiresMillis) {
        static final Lease NONE = new Lease(0, "", "", 0);

        static Lease parse(String line) throws IOException {
            String[] fields = line.strip().split("\t", -1);
            if (line.isBlank()) {
                return NONE;
            }
            try {
                return new Lease(Long.parseLong(fields[0]), fields[1], fields[2], Long.parseLong(fields[3]));
            } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
                throw new IOException("not a lease: '" + line.strip() + "'", e);
            }
        }

        boolean isHeld(long nowMillis) {
            return !leaseId.isEmpty() && nowMillis < expiresMillis;
        }

        String line() {
            return token + "\t" + leaseId + "\t" + identity + "\t" + expiresMillis + "\n";
        }
    }

    /** Takes the lease if it is free, prolongs it if it is held with this id. {@return what the file says now} */
    Lease acquire(String leaseId, String identity, Duration ttl) throws IOException, InterruptedException {
        return change(now -> {
            long millis = clock.wallMillis();
            if (now.leaseId().equals(leaseId)) {
                return new Lease(now.token(), leaseId, identity, millis + ttl.toMillis());
            }
            return now.isHeld(millis) ? now : new Lease(now.token() + 1, leaseId, identity, millis + ttl.toMillis());
        });
    }

    /** Prolongs the lease if it is held with this id; never takes it. {@return what the file says now} */
    Lease renew(String leaseId, Duration ttl) throws IOException, InterruptedException {
        return change(now -> now.leaseId().equals(leaseId) && now.isHeld(clock.wallMillis())
                ? new Lease(now.token(), leaseId, now.identity(), clock.wallMillis() + ttl.toMillis())
                : now);
    }

    /** Gives the lease back if it is held with this id. */
    void release(String leaseId) throws IOException, InterruptedException {
        var unused = change(now -> now.leaseId().equals(leaseId) ? new Lease(now.token(), "", "", 0) : now);
    }

    /** {@return who holds the lease} */
    Optional<Lease> holder() throws IOException, InterruptedException {
        return Optional.of(change(now -> now)).filter(now -> now.isHeld(clock.wallMillis()));
    }

    private Lease change(Function<Lease, Lease> step) throws IOException, InterruptedException {
        try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = lock(channel)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
            channel.read(bytes, 0);
            Lease before =
                    Lease.parse(StandardCharsets.UTF_8.decode(bytes.flip()).toString());
            Lease after = step.apply(before);
            if (lock.isValid() && !after.equals(before)) {
                channel.write(ByteBuffer.wrap(after.line().getBytes(StandardCharsets.UTF_8)), 0);
                channel.truncate(after.line().length());
            }
            return after;
        }
    }

    private FileLock lock(FileChannel channel) throws IOException, InterruptedException {
        long deadline = clock.nanoTime() + attempt.toNanos();
        while (true) {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException e) {
                // Another thread of this JVM has it: the lock belongs to processes.
            }
            if (clock.nanoTime() - deadline >= 0) {
                throw new IOException(file.getFileName() + " has been locked by another for " + attempt);
            }
            clock.park(clock.nanoTime() + BUSY_NANOS);
        }
    }
}
