package io.github.pavelagarkov.kernel.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.pavelagarkov.kernel.tck.process.RedisProcess;
import java.io.File;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** An application that is deployed again and again in one JVM, as in a server, each time with libraries of its own. */
class RedeployTest {
    private static final int TIMES = Integer.getInteger("kernel.redeploys", 4);
    /**
     * The first, by an exception that Weld made in it and keeps with its stack; the last, by a cache of java.lang.runtime.ObjectMethods
     * in JDK 17.
     */
    private static final int KEPT_BY_OTHERS = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What lies in the WAR; the container is the server's. */
    private static final List<String> OF_THE_APPLICATION =
            List.of("io.github.pavelagarkov.", "org.redisson.", "io.netty.", "io.reactivex.", "com.esotericsoftware.");

    /** As a server has it: the application first. */
    private static final class ApplicationLoader extends URLClassLoader {
        ApplicationLoader() {
            super(classPath(), RedeployTest.class.getClassLoader());
        }

        private static URL[] classPath() {
            List<URL> urls = new ArrayList<>();
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
                try {
                    urls.add(new File(entry).toURI().toURL());
                } catch (MalformedURLException e) {
                    throw new IllegalStateException(entry, e);
                }
            }
            return urls.toArray(URL[]::new);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                return OF_THE_APPLICATION.stream().anyMatch(name::startsWith)
                        ? findClass(name)
                        : super.loadClass(name, resolve);
            }
        }
    }

    @Test
    void leavesNoThreadNoClassLoaderAndNoConnectionBehind() throws Exception {
        try (RedisProcess redis = RedisProcess.start()) {
            List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
            for (int i = 0; i < TIMES; i++) {
                loaders.add(liveOnce(redis.uri().toString()));
            }

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(threadsOf(loaders)).isEmpty());
            await().atMost(PATIENCE).until(() -> connections(redis) == 1);
            await().atMost(PATIENCE).until(() -> {
                System.gc();
                return loaders.stream().filter(loader -> loader.get() != null).count() <= KEPT_BY_OTHERS;
            });
        }
    }

    private static WeakReference<ClassLoader> liveOnce(String redis) throws Exception {
        Thread self = Thread.currentThread();
        ClassLoader before = self.getContextClassLoader();
        ApplicationLoader loader = new ApplicationLoader();
        self.setContextClassLoader(loader);
        try (loader) {
            @SuppressWarnings("unchecked") // of this test, in another loader
            Consumer<String> application = (Consumer<String>) loader.loadClass(RedeployedApplication.class.getName())
                    .getConstructor()
                    .newInstance();
            application.accept(redis);
        } finally {
            self.setContextClassLoader(before);
        }
        return new WeakReference<>(loader);
    }

    /** {@return how many there are, the one that asks included} */
    private static long connections(RedisProcess redis) {
        return redis.send("CLIENT", "LIST").text().lines().count();
    }

    private static List<String> threadsOf(List<WeakReference<ClassLoader>> loaders) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> loaders.stream()
                        .map(WeakReference::get)
                        .anyMatch(loader -> loader != null
                                && (thread.getContextClassLoader() == loader
                                        || thread.getClass().getClassLoader() == loader)))
                .map(Thread::getName)
                .toList();
    }
}
