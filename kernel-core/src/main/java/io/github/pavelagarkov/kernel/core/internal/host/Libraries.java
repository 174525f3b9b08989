package io.github.pavelagarkov.kernel.core.internal.host;

import io.github.pavelagarkov.kernel.KernelException;
import java.util.Optional;

/** Knows which optional library is there. */
public final class Libraries {
    private Libraries() {}

    /**
     * Fails with the artifact to add if a class is not there.
     *
     * @param type a class of the library
     * @param artifact what to add
     * @param feature what needs it
     * @throws KernelException if the class cannot be found
     */
    public static void require(String type, String artifact, String feature) {
        try {
            var unused = load(type);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new KernelException(feature + " " + missing(artifact), e);
        }
    }

    /**
     * {@return why a library is of no use, as the end of a sentence; empty if it is there}
     *
     * @param type a class of the library
     * @param artifact what to add
     */
    public static Optional<String> trouble(String type, String artifact) {
        try {
            var unused = load(type);
            return Optional.empty();
        } catch (ClassNotFoundException e) {
            return Optional.of(missing(artifact));
        } catch (LinkageError e) {
            return Optional.of("needs the library " + artifact + ", which is there and cannot be loaded: " + e);
        }
    }

    private static String missing(String artifact) {
        return "needs the library " + artifact + ", which is not on the class path: add it";
    }

    /**
     * {@return a class of a library; empty if it is not there}
     *
     * @param type its name
     */
    public static Optional<Class<?>> find(String type) {
        try {
            return Optional.of(load(type));
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.empty();
        }
    }

    private static Class<?> load(String type) throws ClassNotFoundException {
        return Class.forName(type, false, Libraries.class.getClassLoader());
    }
}
