package io.github.pavelagarkov.kernel.core.rest;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Marks what was thrown while a body was read. Some servers answer it with 400 only as long as nobody maps it, and kernel
 * maps everything; others answer 500, which is wrong. The exception itself stays as it is, so that a mapper of the
 * application or the server for it is asked first. Thread-safe.
 */
final class UnreadableEntity implements ReaderInterceptor {
    @Override
    public @Nullable Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        try {
            return context.proceed();
        } catch (WebApplicationException e) {
            throw e;
        } catch (NullPointerException | ClassCastException | IndexOutOfBoundsException e) {
            // A mistake of the reader and not of the client.
            throw e;
        } catch (IOException | RuntimeException e) {
            e.addSuppressed(new Mark());
            throw e;
        }
    }

    /** {@return whether it, or what it was caused by, was thrown while a body was read} */
    static boolean isIn(Throwable error) {
        @Nullable Throwable next = error;
        for (int depth = 0; next != null && depth < 20; depth++) {
            for (Throwable suppressed : next.getSuppressed()) {
                if (suppressed instanceof Mark) {
                    return true;
                }
            }
            next = next.getCause();
        }
        return false;
    }

    /** Travels with an exception, whatever thread it goes to. */
    private static final class Mark extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Mark() {
            super("thrown while the body of a request was read", null, false, false);
        }
    }
}
