package io.github.pavelagarkov.kernel.cdi;

import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.spi.CDI;

/** Tells what there is around an application: optional libraries, a server. */
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

    /** {@return whether the container is one of Java SE, in no server} */
    static boolean isStandalone() {
        try {
            return CDI.current() instanceof SeContainer;
        } catch (IllegalStateException | LinkageError e) {
            // A server need not have those classes.
            return false;
        }
    }
}
