package io.github.pavelagarkov.kernel.conformance.rest;

/** An error that the application of the suite maps itself. */
public final class SuiteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SuiteException() {
        super(SuiteResource.SECRET);
    }
}
