package io.github.pavelagarkov.kernel.tck.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Finds the library that a ClickHouse server is made of. */
final class ClickHouseLibrary {
    static final String ENV = "KERNEL_TEST_CLICKHOUSE_LIBRARY";
    static final String NPM = "KERNEL_TEST_NPM";

    private static final String VERSION = "26.7.3-stable.1";
    private static final String PACKAGE = "@chdb/lib-linux-x64-gnu@" + VERSION;
    private static final String FILE = "libchdb.so";
    private static final String ARCHIVE_SHA256 = "c0d32b129e988f2b9a9a31c9141aecf5e1e2453f9a079efc4d36ab8e3f92b2ad";
    private static final String FILE_SHA256 = "36ad4e999882821ef13cf2d0f52c93f48e6ee1b4498b35a201c23ce4b8d15bf5";
    private static final long FILE_BYTES = 566_330_096L;
    /** 178 MB on a slow line. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private ClickHouseLibrary() {}

    /**
     * {@return the path of the library, if there is one or npm can fetch it}
     *
     * @param env the environment to look at
     * @param cache where it is kept for all tests of this user, outside of every repository
     */
    static Offer<Path> find(Map<String, String> env, Path cache) {
        // First, because fetching the library takes minutes on a slow line.
        return canBeCalled()
                ? Offer.first(List.of(() -> fromEnvironment(env), () -> fetchedOnce(env, cache)))
                : Offer.none("add net.java.dev.jna:jna to the test class path, so that a libchdb can be called");
    }

    /** {@return where libraries are kept} */
    static Path cache() {
        return Path.of(System.getProperty("user.home"), ".cache", "kernel-test");
    }

    private static boolean canBeCalled() {
        return ClickHouseLibrary.class.getClassLoader().getResource("com/sun/jna/NativeLibrary.class") != null;
    }

    private static Offer<Path> fromEnvironment(Map<String, String> env) {
        String given = env.getOrDefault(ENV, "");
        if (given.isEmpty()) {
            return Offer.none("set " + ENV + " to the path of a libchdb");
        }
        Path path = Path.of(given);
        if (!Files.isReadable(path)) {
            throw new IllegalStateException(ENV + " must be the path of a libchdb, was '" + given + "'");
        }
        return Offer.of(path);
    }

    private static Offer<Path> fetchedOnce(Map<String, String> env, Path cache) {
        if (!System.getProperty("os.name").equals("Linux")
                || !System.getProperty("os.arch").equals("amd64")) {
            return unfetched("which is for Linux on x64 only");
        }
        Path kept = cache.resolve("chdb-" + VERSION + "-" + FILE_SHA256.substring(0, 8));
        try {
            if (!Files.exists(kept)) {
                Files.createDirectories(cache);
                fetch(env.getOrDefault(NPM, "npm"), kept);
            }
            return Offer.of(checked(kept));
        } catch (IOException e) {
            return unfetched("which failed: " + e.getMessage());
        }
    }

    private static Offer<Path> unfetched(String why) {
        return Offer.none("have npm fetch " + PACKAGE + ", " + why);
    }

    /** The sum of 566 MB takes seconds, so it is made once, when it is fetched. */
    private static Path checked(Path kept) throws IOException {
        Path library = kept.resolve(FILE);
        if (Files.size(library) != FILE_BYTES) {
            throw new IllegalStateException(library + " is not what was put there: delete " + kept);
        }
        return library;
    }

    private static void fetch(String npm, Path kept) throws IOException {
        Path fresh = Files.createTempDirectory(kept.getParent(), "fetching-");
        try {
            run(fresh, npm, "pack", PACKAGE, "--ignore-scripts", "--silent", "--pack-destination", fresh.toString());
            Path archive = onlyArchive(fresh);
            demand(ARCHIVE_SHA256, archive);
            run(fresh, "tar", "-xzf", archive.toString(), "--strip-components=1", "package/" + FILE);
            demand(FILE_SHA256, fresh.resolve(FILE));
            Files.delete(archive);
            Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Another JVM may have been faster.
            if (!Files.exists(kept)) {
                throw e;
            }
        } finally {
            Scratch.delete(fresh);
        }
    }

    private static void run(Path directory, String... command) throws IOException {
        try (ChildProcess child =
                ChildProcess.start(command[0], new ProcessBuilder(command).directory(directory.toFile()), "")) {
            int code = child.awaitExit(PATIENCE);
            if (code != 0) {
                throw new IOException(String.join(" ", command) + " ended with exit code " + code + child.tail());
            }
        } catch (UncheckedIOException e) {
            throw new IOException("there is no " + command[0], e);
        }
    }

    private static Path onlyArchive(Path directory) throws IOException {
        try (var files = Files.newDirectoryStream(directory, "*.tgz")) {
            return files.iterator().next();
        }
    }

    private static void demand(String sha256, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            String found = HexFormat.of().formatHex(digest.getMessageDigest().digest());
            if (!found.equals(sha256)) {
                throw new IllegalStateException(
                        file.getFileName() + " of " + PACKAGE + " must have the SHA-256 " + sha256 + ", has " + found);
            }
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
