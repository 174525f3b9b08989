package io.github.pavelagarkov.kernel.cdi.tests.app;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.ConfigProvider;

/** What happened in the application, for tests to read: inside in memory, outside in a file. Thread-safe. */
@ApplicationScoped
public class Journal {
    /** The file, if there is one. */
    public static final String FILE = "journal.file";

    private final Map<String, String> facts = new ConcurrentHashMap<>();
    // Asked once: at the end of the application its configuration may be gone.
    private final Optional<Path> file =
            ConfigProvider.getConfig().getOptionalValue(FILE, String.class).map(Path::of);

    /** For the container. */
    public Journal() {}

    /**
     * Keeps a fact.
     *
     * @param about replaces what was known about it
     * @param value the fact
     */
    public void note(String about, Object value) {
        facts.put(about, String.valueOf(value));
    }

    /** {@return what is known about something} */
    public Optional<String> fact(String about) {
        return Optional.ofNullable(facts.get(about));
    }

    /**
     * Adds a line to the file.
     *
     * @param line what happened
     */
    public synchronized void write(String line) {
        file.ifPresent(to -> {
            try {
                Files.writeString(to, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException("the journal cannot be written: " + to, e);
            }
        });
    }
}
