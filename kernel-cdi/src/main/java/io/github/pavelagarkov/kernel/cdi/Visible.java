package io.github.pavelagarkov.kernel.cdi;

/** Tells which optional libraries an application sees. */
final class Visible {
    private Visible() {}

    /** {@return whether a class can be loaded from here} */
    static boolean isThere(String className) {
        try {
            Class.forName(className, false, Visible.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
