package io.github.pavelagarkov.kernel.cdi.arquillian;

import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.inject.spi.BeanManager;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.ArchivePath;
import org.jboss.shrinkwrap.api.Node;

/** One archive as a running CDI SE application. Not thread-safe. */
final class SeApplication {
    private static final String CLASSES = "/WEB-INF/classes/";
    private static final String BEANS = "/WEB-INF/beans.xml";

    private final Path folder;
    private final URLClassLoader loader;
    private final ClassLoader outside;
    private final SeContainer container;

    private SeApplication(Path folder, URLClassLoader loader, ClassLoader outside, SeContainer container) {
        this.folder = folder;
        this.loader = loader;
        this.outside = outside;
        this.container = container;
    }

    /**
     * Starts it. The calling thread has its class loader as the context class loader from then on.
     *
     * @throws DeploymentException what the container says, as the cause; nothing is left behind then
     */
    static SeApplication start(Archive<?> archive) throws DeploymentException {
        ClassLoader outside = Thread.currentThread().getContextClassLoader();
        try {
            Path folder = Files.createTempDirectory("kernel-cdi-");
            unpack(archive, folder);
            // Parent first: the classes stay those of the tests.
            URLClassLoader loader = new URLClassLoader(archive.getName(), urls(folder), outside);
            Thread.currentThread().setContextClassLoader(loader);
            try {
                SeContainer container = SeContainerInitializer.newInstance()
                        .setClassLoader(loader)
                        .initialize();
                return new SeApplication(folder, loader, outside, container);
            } catch (RuntimeException e) {
                Thread.currentThread().setContextClassLoader(outside);
                loader.close();
                delete(folder);
                throw new DeploymentException(archive.getName() + " does not start: " + e.getMessage(), e);
            }
        } catch (IOException e) {
            throw new DeploymentException(archive.getName() + " cannot be unpacked", e);
        }
    }

    private static URL[] urls(Path folder) throws IOException {
        return new URL[] {folder.toUri().toURL()};
    }

    private static void unpack(Archive<?> archive, Path folder) throws IOException {
        List<ArchivePath> paths = List.copyOf(archive.getContent().keySet());
        for (ArchivePath path : paths) {
            Node node = archive.get(path);
            Optional<String> name = onClassPath(path.get());
            if (node.getAsset() == null || name.isEmpty()) {
                continue;
            }
            Path file = folder.resolve(name.get());
            Files.createDirectories(file.getParent());
            try (InputStream content = node.getAsset().openStream()) {
                Files.copy(content, file);
            }
        }
    }

    private static Optional<String> onClassPath(String path) {
        if (path.equals(BEANS)) {
            return Optional.of("META-INF/beans.xml");
        }
        return path.startsWith(CLASSES) ? Optional.of(path.substring(CLASSES.length())) : Optional.empty();
    }

    BeanManager beanManager() {
        return container.getBeanManager();
    }

    /** Stops it, if it has not done so itself, and gives the calling thread its class loader back. */
    void stop() throws DeploymentException {
        try {
            if (container.isRunning()) {
                container.close();
            }
            loader.close();
            delete(folder);
        } catch (IOException e) {
            throw new DeploymentException("an application cannot be removed from " + folder, e);
        } finally {
            Thread.currentThread().setContextClassLoader(outside);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
