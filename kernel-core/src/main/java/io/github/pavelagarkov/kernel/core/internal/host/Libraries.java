package io.github.pavelagarkov.kernel.core.internal.host;

import io.github.pavelagarkov.kernel.KernelException;

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
            Class.forName(type, false, Libraries.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            throw new KernelException(
                    feature + " needs the library " + artifact + ", which is not on the class path: add it", e);
        }
    }
}
