package io.github.pavelagarkov.kernel.core.log;

import io.github.pavelagarkov.kernel.Check;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLogger;
import org.slf4j.helpers.NOPLoggerFactory;

/**
 * Where kernel's own lines go: to slf4j, or to {@link System.Logger} if slf4j has no provider and would drop them. slf4j-nop
 * is a provider: who adds it wants silence.
 *
 * <p>Thread-safe.
 *
 * @see <a href="SPEC.md">SPEC.md LG-4</a>
 */
final class Loggers {
    private static final String OWN = "kernel";

    private Loggers() {}

    /** {@return the logger of a name} */
    static Logger named(String name) {
        return audible(LoggerFactory.getLogger(Check.notNull("logger name", name)), name);
    }

    /** {@return a logger that somebody else has asked slf4j for, or kernel's own in place of one that drops everything} */
    static Logger audible(Logger logger) {
        return audible(logger, OWN);
    }

    private static Logger audible(Logger logger, String name) {
        // With a provider this test is all that it costs.
        return logger instanceof NOPLogger && NoProvider.FOUND
                ? new SystemLogger(name, System.getLogger(name))
                : logger;
    }

    /** Looked at once for each class loader, and only if a logger drops everything. */
    private static final class NoProvider {
        static final boolean FOUND =
                LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory && !silenceIsChosen();

        static {
            if (FOUND) {
                System.getLogger(OWN)
                        .log(
                                System.Logger.Level.WARNING,
                                "slf4j has no provider, so kernel writes its lines to java.lang.System.Logger, without"
                                        + " the log context; add one, for instance logback-classic, or slf4j-jdk14 in a"
                                        + " server");
            }
        }

        private static boolean silenceIsChosen() {
            try {
                Class.forName("org.slf4j.nop.NOPServiceProvider", false, LoggerFactory.class.getClassLoader());
                return true;
            } catch (ClassNotFoundException e) {
                return false; // the usual answer
            }
        }
    }
}
