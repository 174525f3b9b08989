package io.github.pavelagarkov.kernel.tck;

import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds the implementation under test. */
public final class TckProviders {
    /** Configuration parameter: id or class of the provider, where there are several. */
    public static final String PARAMETER = "kernel.tck.provider";

    private TckProviders() {}

    /**
     * {@return the provider under test}
     *
     * @param wanted id or class name; empty if there is only one
     * @throws IllegalStateException if there is none, or several and none is named
     */
    public static KernelTckProvider find(Optional<String> wanted) {
        ClassLoader loader = Optional.ofNullable(Thread.currentThread().getContextClassLoader())
                .orElseGet(TckProviders.class::getClassLoader);
        if (wanted.filter(name -> name.contains(".")).isPresent()) {
            return create(wanted.get(), loader);
        }
        List<KernelTckProvider> found = ServiceLoader.load(KernelTckProvider.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> wanted.map(id -> id.equals(provider.id())).orElse(true))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        String what = wanted.map(id -> PARAMETER + "=" + id).orElse(PARAMETER + " is not set");
        throw new IllegalStateException(
                found.isEmpty()
                        ? "no KernelTckProvider (" + what + "): name yours in META-INF/services/"
                                + KernelTckProvider.class.getName()
                        : "several KernelTckProviders (" + what + "), set " + PARAMETER + " to one of "
                                + found.stream().map(KernelTckProvider::id).collect(Collectors.joining(", ")));
    }

    private static KernelTckProvider create(String className, ClassLoader loader) {
        try {

            return Class.forName(className, true, loader)
                    .asSubclass(KernelTckProvider.class)
                    .getConstructor()
                    .newInstance();
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(
                    "the constructor of KernelTckProvider " + className + " failed", e.getCause());
        } catch (ReflectiveOperationException | ClassCastException | ServiceConfigurationError e) {
            throw new IllegalStateException(
                    className + " is not a KernelTckProvider with a public constructor without parameters", e);
        }
    }
}
